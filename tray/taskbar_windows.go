package tray

import (
	"context"
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var errNoTaskbar = errors.New("Windows shows no task bar")

// Check returns nil where a tray icon would be shown now, and otherwise an
// error that says what is missing.
func Check(context.Context) error {
	if !taskbar() {
		return errNoTaskbar
	}
	return nil
}

var findWindow = windows.NewLazySystemDLL("user32.dll").NewProc("FindWindowW")

// taskbar reports whether there is a task bar, which is a window of this class.
func taskbar() bool {
	class, err := windows.UTF16PtrFromString("Shell_TrayWnd")
	if err != nil {
		return false
	}
	window, _, _ := findWindow.Call(uintptr(unsafe.Pointer(class)), 0)
	return window != 0
}

// awaitTaskbar waits until there is a task bar, because the library shows the
// icon only once. After two minutes without one it reports false.
func (t *Tray) awaitTaskbar() bool {
	if taskbar() {
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
		if taskbar() {
			return true
		}
	}
	return false
}
