package tray

import (
	"context"
	"errors"
	"log/slog"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var errNoTaskbar = errors.New("Windows shows no task bar")

// Check returns nil if the desktop can show a tray icon now, or else an error that says what
// is missing.
func Check(context.Context) error {
	if taskbar() == 0 {
		return errNoTaskbar
	}
	return nil
}

var findWindow = windows.NewLazySystemDLL("user32.dll").NewProc("FindWindowW")

// taskbar returns the window of the task bar, or 0 if there is none.
func taskbar() windows.HWND {
	class, err := windows.UTF16PtrFromString("Shell_TrayWnd")
	if err != nil {
		return 0
	}
	window, _, _ := findWindow.Call(uintptr(unsafe.Pointer(class)), 0)
	return windows.HWND(window)
}

// followTaskbar reports when the task bar ends, as in a crash of Explorer, and when there is
// a new one. A new task bar announces itself to all windows, and the library then shows the
// icon again. followTaskbar blocks in a system call and ends with the process.
func (t *Tray) followTaskbar() {
	for {
		if window := taskbar(); window != 0 {
			err := awaitOwnerEnd(window)
			if err != nil && taskbar() == window {
				slog.Debug("tray: cannot wait for the end of the task bar", "err", err)
				return
			}
		}
		if !t.awaitTaskbar() {
			return
		}
		t.report(nil)
	}
}

// awaitOwnerEnd blocks until the process that owns window has ended.
func awaitOwnerEnd(window windows.HWND) error {
	var pid uint32
	if _, err := windows.GetWindowThreadProcessId(window, &pid); err != nil {
		return err
	}
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, pid)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	_, err = windows.WaitForSingleObject(process, windows.INFINITE)
	return err
}

// awaitTaskbar waits until there is a task bar, because the library tries only once to show
// the icon. It returns false after two minutes or Quit.
func (t *Tray) awaitTaskbar() bool {
	if taskbar() != 0 {
		return true
	}
	t.report(errNoTaskbar)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for range 240 {
		select {
		case <-t.quit.Done():
			return false
		case <-tick.C:
		}
		if taskbar() != 0 {
			return true
		}
	}
	return false
}
