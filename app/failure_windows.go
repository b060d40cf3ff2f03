package app

import (
	"log/slog"
	"os"

	"golang.org/x/sys/windows"
)

func messageBox(title, text string) {
	t, err := windows.UTF16PtrFromString(title)
	if err != nil {
		slog.Error("message box", "err", err)
		return
	}
	s, err := windows.UTF16PtrFromString(text)
	if err != nil {
		slog.Error("message box", "err", err)
		return
	}
	const icon = windows.MB_OK | windows.MB_ICONERROR | windows.MB_SETFOREGROUND
	if _, err := windows.MessageBox(0, s, t, icon); err != nil {
		slog.Error("message box", "err", err)
	}
}

// isConsole reports whether f is a console. A program without one has a file
// that is none, or nothing, there.
func isConsole(f *os.File) bool {
	var mode uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
}
