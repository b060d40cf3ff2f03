//go:build cgo

package tray

import (
	"context"

	"fyne.io/systray"
)

// Check returns nil: the menu bar of macOS has room for every icon.
func Check(context.Context) error { return nil }

// loop is Cocoa's, on the main thread.
func (t *Tray) loop() {
	ready := make(chan struct{})
	go func() {
		// The library's Quit waits for the main thread, for ever where Cocoa
		// does not run there yet.
		<-ready
		<-t.quit.Done()
		systray.Quit()
	}()
	systray.Run(func() {
		// Nothing can be set before this.
		m := t.build()
		close(ready)
		t.report(nil)
		go t.follow(t.quit, m)
	}, t.exited)
	// Something else may have stopped Cocoa.
	<-t.quit.Done()
}

func (t *Tray) setIcon() {
	switch {
	case len(t.Icon.Template) > 0:
		systray.SetTemplateIcon(t.Icon.Template, t.Icon.PNG)
	case len(t.Icon.PNG) > 0:
		systray.SetIcon(t.Icon.PNG)
	}
}
