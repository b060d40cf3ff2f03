package notice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A system shows notices at the icon in the tray, which belongs to the systray library.
// Windows shows one notice at a time, and does not report which one was clicked.
type system struct {
	c Config

	mu     sync.Mutex
	window windows.HWND // the icon's window, once its messages are received
	old    uintptr      // the original procedure of the window
	page   string       // the page of the latest notice
}

func newSystem(_ context.Context, c Config) *system { return &system{c: c} }

// The library uses these values.
const (
	windowClass = "SystrayClass"
	iconID      = 100
	iconMessage = 0x0400 + 1 // WM_USER + 1
)

// A notifyIconData is a NOTIFYICONDATAW.
type notifyIconData struct {
	size                       uint32
	window                     windows.HWND
	id, flags, callbackMessage uint32
	icon                       windows.Handle
	tip                        [128]uint16
	state, stateMask           uint32
	info                       [256]uint16
	timeout                    uint32
	infoTitle                  [64]uint16
	infoFlags                  uint32
	guid                       windows.GUID
	balloonIcon                windows.Handle
}

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	findWindowEx     = user32.NewProc("FindWindowExW")
	callWindowProc   = user32.NewProc("CallWindowProcW")
	getWindowLongPtr = user32.NewProc("GetWindowLongPtrW") // does not exist on 32-bit Windows
	setWindowLongPtr = user32.NewProc("SetWindowLongPtrW")
	shellNotifyIcon  = windows.NewLazySystemDLL("shell32.dll").NewProc("Shell_NotifyIconW")
)

func (s *system) show(_ context.Context, n Notice) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.window == 0 {
		if err := s.receive(); err != nil {
			return err
		}
	}
	const (
		modify   = 1    // NIM_MODIFY
		withInfo = 0x10 // NIF_INFO
	)
	data := notifyIconData{window: s.window, id: iconID, flags: withInfo}
	data.size = uint32(unsafe.Sizeof(data))
	title, text := n.Title, n.Text
	if text == "" { // an empty text would remove the notice
		title, text = s.c.Name, n.Title
	}
	copy(data.infoTitle[:], units(title, len(data.infoTitle)))
	copy(data.info[:], units(text, len(data.info)))
	if ok, _, err := shellNotifyIcon.Call(modify, uintptr(unsafe.Pointer(&data))); ok == 0 {
		return fmt.Errorf("showing a notice at the icon: %w", err)
	}
	s.page = n.Page
	return nil
}

// receive receives the messages of the icon's window before the library, which ignores
// clicks on notices.
func (s *system) receive() error {
	window, err := iconWindow()
	if err != nil {
		return err
	}
	if err := errors.Join(getWindowLongPtr.Find(), setWindowLongPtr.Find()); err != nil {
		return err
	}
	procedure := -4 // GWLP_WNDPROC
	old, _, err := getWindowLongPtr.Call(uintptr(window), uintptr(procedure))
	if old == 0 {
		return fmt.Errorf("receiving clicks on notices: %w", err)
	}
	s.old = old // set before the first message
	if old, _, err := setWindowLongPtr.Call(uintptr(window), uintptr(procedure), windows.NewCallback(s.message)); old == 0 {
		return fmt.Errorf("receiving clicks on notices: %w", err)
	}
	s.window = window
	return nil
}

// message is the procedure of the icon's window, and runs on its thread.
func (s *system) message(window windows.HWND, message, wParam, lParam uintptr) uintptr {
	const clicked = 0x0400 + 5 // NIN_BALLOONUSERCLICK
	if message == iconMessage && lParam == clicked {
		go s.open()
	}
	result, _, _ := callWindowProc.Call(s.old, uintptr(window), message, wParam, lParam)
	return result
}

func (s *system) open() {
	s.mu.Lock()
	page := s.page
	s.mu.Unlock()
	s.c.Open(page)
}

// iconWindow returns the window of this program's icon.
func iconWindow() (windows.HWND, error) {
	class, err := windows.UTF16PtrFromString(windowClass)
	if err != nil {
		return 0, err
	}
	for window := uintptr(0); ; {
		window, _, _ = findWindowEx.Call(0, window, uintptr(unsafe.Pointer(class)), 0)
		if window == 0 {
			return 0, errors.New("notices need an icon in the tray, and there is none")
		}
		var pid uint32
		if _, err := windows.GetWindowThreadProcessId(windows.HWND(window), &pid); err == nil && int(pid) == os.Getpid() {
			return windows.HWND(window), nil
		}
	}
}
