package tray

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"
	"unsafe"

	"fyne.io/systray"
	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

var (
	errNoTaskbar = errors.New("Windows shows no task bar")
	errRefused   = errors.New("Windows did not take the icon, as may happen soon after it has started")
)

// Check returns nil where a tray icon would be shown now, and otherwise an
// error that says what is missing.
func Check(context.Context) error {
	if !taskbar() {
		return errNoTaskbar
	}
	return nil
}

var findWindow = windows.NewLazySystemDLL("user32.dll").NewProc("FindWindowW")

// taskbar tells whether there is a task bar, which is a window of this class.
func taskbar() bool {
	class, err := windows.UTF16PtrFromString("Shell_TrayWnd")
	if err != nil {
		return false
	}
	window, _, _ := findWindow.Call(uintptr(unsafe.Pointer(class)), 0)
	return window != 0
}

// loop runs the library on a thread of its own, which is all that Windows asks
// for, because the library's loop cannot be ended when its window was refused.
func (t *Tray) loop() {
	ready, offered := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(offered)
		t.offer(ready)
	}()
	<-t.quit.Done()
	patience := time.After(time.Second)
	select {
	case <-ready:
		systray.Quit()
	case <-offered:
		return
	case <-patience:
		// The library's Quit is no good before the icon is there. Ending the
		// process takes away whatever comes of it.
		return
	}
	// Windows goes on showing the icon of a process that ended before it was
	// taken away, until the mouse passes over it.
	select {
	case <-offered:
	case <-patience:
	}
}

// offer shows the icon and closes ready then, which may be never.
func (t *Tray) offer(ready chan struct{}) {
	if !t.awaitTaskbar() {
		return
	}
	go t.awaitReady(ready)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	systray.Run(func() {
		// Nothing can be set before this.
		m := t.build()
		close(ready)
		t.report(nil)
		go t.followTheme()
		go t.follow(t.quit, m)
	}, t.exited)
}

// awaitTaskbar waits until there is a task bar, because the library offers the
// icon only once. It gives up after two minutes, since there may be none ever.
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

// awaitReady reports when the icon seems to have been refused, for which the
// library has no sign other than a line in the log.
func (t *Tray) awaitReady(ready <-chan struct{}) {
	select {
	case <-ready:
	case <-t.quit.Done():
	case <-time.After(5 * time.Second):
		t.report(errRefused)
	}
}

const themeKey = `Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`

// lightTaskbar tells whether the task bar is light. It is dark where Windows
// knows no choice.
func lightTaskbar() bool {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer key.Close()
	light, _, err := key.GetIntegerValue("SystemUsesLightTheme")
	return err == nil && light != 0
}

func (t *Tray) setIcon() {
	data := t.Icon.windows(lightTaskbar())
	if data == nil {
		slog.Warn("tray: there is no icon that Windows can show; set Icon.LightICO, Icon.DarkICO or a PNG of at most 256 pixels")
		return
	}
	systray.SetIcon(data)
}

// followTheme changes the icon with the colour of the task bar. It waits in
// the system until the owner changes the colours, and ends with the process.
func (t *Tray) followTheme() {
	key, err := registry.OpenKey(registry.CURRENT_USER, themeKey, registry.NOTIFY)
	if err != nil {
		return // a Windows without a choice of colours
	}
	defer key.Close()
	light := lightTaskbar()
	for {
		err := windows.RegNotifyChangeKeyValue(windows.Handle(key), false,
			windows.REG_NOTIFY_CHANGE_LAST_SET, 0, false)
		if err != nil {
			slog.Warn("tray: the icon does not follow the colour of the task bar any more", "err", err)
			return
		}
		if now := lightTaskbar(); now != light && t.quit.Err() == nil {
			light = now
			t.setIcon()
		}
	}
}
