package pick

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/windows"
)

// System returns the dialog of the shell. It was tested only under Wine.
func System() Dialog { return shell{} }

type shell struct{}

// Find implements [Dialog].
func (shell) Find(context.Context) error { return nil }

// Show implements [Dialog]. The dialog has its own thread.
func (shell) Show(ctx context.Context, r Request) ([]string, error) {
	type answer struct {
		paths []string
		err   error
	}
	answered, thread := make(chan answer, 1), make(chan uint32, 1)
	go func() {
		// There is no UnlockOSThread, so the thread ends with this function. Otherwise
		// windows that a dialog leaves behind would not answer messages, for which other
		// programs wait.
		runtime.LockOSThread()
		thread <- windows.GetCurrentThreadId()
		paths, err := showShell(r)
		answered <- answer{paths, err}
	}()
	id, closing := <-thread, (<-chan time.Time)(nil)
	done := ctx.Done()
	for {
		select {
		case a := <-answered:
			return a.paths, a.err
		case <-done:
			done = nil
			ticker := time.NewTicker(50 * time.Millisecond) // the dialog may not be open yet, or may ask a question
			defer ticker.Stop()
			closing = ticker.C
		case <-closing:
			closeWindows(id)
		}
	}
}

var (
	user32            = windows.NewLazySystemDLL("user32.dll")
	enumThreadWindows = user32.NewProc("EnumThreadWindows")
	postMessage       = user32.NewProc("PostMessageW")

	// closeWindow asks a window to close. There is only one, because callbacks are never
	// freed.
	closeWindow = sync.OnceValue(func() uintptr {
		return windows.NewCallback(func(window, _ uintptr) uintptr {
			const (
				wmCommand = 0x111
				idCancel  = 2
			)
			if windows.IsWindowVisible(windows.HWND(window)) {
				postMessage.Call(window, wmCommand, idCancel, 0)
			}
			return 1 // continue
		})
	})
)

// closeWindows presses Cancel in the dialogs of a thread.
func closeWindows(thread uint32) { enumThreadWindows.Call(uintptr(thread), closeWindow(), 0) }
