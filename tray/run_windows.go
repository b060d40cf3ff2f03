package tray

import (
	"errors"
	"runtime"
	"time"

	"fyne.io/systray"
)

var errRefused = errors.New("Windows did not accept the icon, which can happen just after Windows has started")

// loop runs the library on another thread, because its loop cannot be stopped if Windows has
// refused its window. Windows does not need the main thread.
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
		// The library's Quit does nothing before the icon is shown. An icon that appears
		// later is removed when the process ends.
		return
	}
	// If a process ends without removing its icon, Windows shows the icon until the mouse
	// moves over it.
	select {
	case <-returned:
	case <-deadline:
	}
}

// show shows the icon and then closes ready. If Windows refuses the icon, ready stays open.
func (t *Tray) show(ready chan struct{}) {
	if !t.awaitTaskbar() {
		return
	}
	go t.awaitReady(ready)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	systray.Run(func() {
		// The icon, the tooltip and the menu cannot be set earlier.
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

// awaitReady reports errRefused if ready is not closed within five seconds. If Windows has
// refused the icon, the library only logs it.
func (t *Tray) awaitReady(ready <-chan struct{}) {
	select {
	case <-ready:
	case <-t.quit.Done():
	case <-time.After(5 * time.Second):
		t.report(errRefused)
	}
}
