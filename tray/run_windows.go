package tray

import (
	"errors"
	"runtime"
	"time"

	"fyne.io/systray"
)

var errRefused = errors.New("Windows did not accept the icon, as may happen soon after it has started")

// loop runs the library on another thread, because its loop cannot be ended if
// Windows refused its window. Windows needs one thread, but not the main one.
func (t *Tray) loop() {
	ready, returned := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(returned)
		t.show(ready)
	}()
	<-t.quit.Done()
	deadline := time.After(time.Second)
	select {
	case <-ready:
		systray.Quit()
	case <-returned:
		return
	case <-deadline:
		// The library's Quit does nothing before the icon is there. The end of
		// the process removes an icon that appears later.
		return
	}
	// Windows keeps showing an icon whose process ended without removing it,
	// until the mouse passes over it.
	select {
	case <-returned:
	case <-deadline:
	}
}

// show shows the icon and then closes ready, which Windows may never allow.
func (t *Tray) show(ready chan struct{}) {
	if !t.awaitTaskbar() {
		return
	}
	go t.awaitReady(ready)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	systray.Run(func() {
		// Nothing can be set before this.
		f := t.face()
		t.setIcon(f.mark)
		systray.SetTooltip(f.tooltip)
		d := t.newDisplay()
		close(ready)
		t.report(nil)
		go t.followTheme()
		go t.followTaskbar()
		go t.follow(t.quit, func(s State) { d.show(t.Menu, s) }, f, systray.SetTooltip, t.setIcon)
	}, t.removed)
}

// awaitReady reports errRefused if ready is not closed soon. The library only
// logs that Windows refused the icon.
func (t *Tray) awaitReady(ready <-chan struct{}) {
	select {
	case <-ready:
	case <-t.quit.Done():
	case <-time.After(5 * time.Second):
		t.report(errRefused)
	}
}
