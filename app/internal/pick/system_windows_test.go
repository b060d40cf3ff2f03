package pick

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	wmSetText = 0xc
	wmCommand = 0x111
	idOK      = 1
)

var (
	findWindow  = user32.NewProc("FindWindowW")
	findChild   = user32.NewProc("FindWindowExW")
	sendMessage = user32.NewProc("SendMessageW")
)

// await waits for the dialog with this title.
func await(t *testing.T, title string) (window uintptr) {
	t.Helper()
	text, err := windows.UTF16PtrFromString(title)
	if err != nil {
		t.Fatal(err)
	}
	for ; window == 0 || !windows.IsWindowVisible(windows.HWND(window)); time.Sleep(10 * time.Millisecond) {
		if t.Context().Err() != nil {
			return 0
		}
		window, _, _ = findWindow.Call(0, uintptr(unsafe.Pointer(text)))
	}
	return window
}

// edit returns the field for the name, a descendant of window.
func edit(window uintptr) uintptr {
	class, _ := windows.UTF16PtrFromString("Edit")
	for child := uintptr(0); ; {
		child, _, _ = findChild.Call(window, child, 0, 0)
		if child == 0 {
			field, _, _ := findChild.Call(window, 0, uintptr(unsafe.Pointer(class)), 0)
			return field
		}
		if field := edit(child); field != 0 {
			return field
		}
	}
}

// TestShell answers the dialogs of Windows with messages.
func TestShell(t *testing.T) {
	dir, err := os.MkdirTemp("", "pick")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir) // Wine cannot remove the folder
	file := filepath.Join(dir, "a+b ü.ics")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		request Request
		typed   string
	}{
		{Request{Title: "Open it", Types: []string{".ics", ".csv"}}, file},
		{Request{Title: "Open several", Multiple: true}, file},
		{Request{Title: "Save it", Save: true, Name: "new.pdf"}, filepath.Join(dir, "new.pdf")},
		{Request{Title: "Choose it", Folder: true}, dir},
	} {
		t.Run(test.request.Title, func(t *testing.T) {
			go func() {
				window := await(t, test.request.Title)
				text, _ := windows.UTF16PtrFromString(test.typed)
				for field := uintptr(0); t.Context().Err() == nil; time.Sleep(200 * time.Millisecond) { // until the field has the text
					if field = edit(window); field != 0 {
						sendMessage.Call(field, wmSetText, 0, uintptr(unsafe.Pointer(text)))
						postMessage.Call(window, wmCommand, idOK, 0)
					}
				}
			}()
			paths, err := System().Show(t.Context(), test.request)
			if err != nil || !slices.Equal(paths, []string{test.typed}) {
				t.Errorf("%q, %v; want %q", paths, err, test.typed)
			}
		})
	}
}

func TestShell_canceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		await(t, "Leave it")
		cancel()
	}()
	if paths, err := System().Show(ctx, Request{Title: "Leave it", Folder: true}); !errors.Is(err, ErrCanceled) {
		t.Errorf("%q, %v", paths, err)
	}
}

// Other code has used the thread of the dialog, and COM on it.
func TestShell_sameThread(t *testing.T) {
	runtime.LockOSThread() // for good: the thread ends with the test
	if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED); err != nil {
		t.Fatal(err)
	}
	if _, err := showShell(Request{Title: "\x00"}); err != syscall.EINVAL {
		t.Errorf("a title that Windows cannot have: %v", err)
	}
}
