//go:build cgo

package tray

import (
	"context"

	"fyne.io/systray"
)

// Check returns nil: the menu bar of macOS shows every icon.
func Check(context.Context) error { return nil }

// loop runs Cocoa's loop, which needs the main thread.
func (t *Tray) loop() {
	ready := make(chan struct{})
	go func() {
		// The library's Quit blocks for ever while Cocoa does not run on the main
		// thread yet.
		<-ready
		<-t.quit.Done()
		systray.Quit()
	}()
	systray.Run(func() {
		// Nothing can be set before this.
		t.setIcon()
		text := t.tooltip()
		systray.SetTooltip(text)
		d := t.newDisplay()
		close(ready)
		t.report(nil)
		go t.follow(t.quit, func(s State) { d.show(t.Menu, s) }, text, systray.SetTooltip)
	}, t.removed)
	// Cocoa may have been stopped by something else.
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
