package desk

import (
	"log/slog"

	"golang.org/x/sys/windows"
)

// MessageBox shows text in a message box, and waits until it is closed.
func MessageBox(title, text string) {
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
