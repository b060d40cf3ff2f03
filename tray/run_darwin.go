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
		f := t.face()
		t.setIcon(f.mark)
		systray.SetTooltip(f.tooltip)
		d := t.newDisplay()
		close(ready)
		t.report(nil)
		go t.follow(t.quit, func(s State) { d.show(t.Menu, s) }, f, systray.SetTooltip, t.setIcon)
	}, t.removed)
	// Cocoa may have been stopped by something else.
	<-t.quit.Done()
}

func (t *Tray) setIcon(m mark) {
	set, picture := systray.SetIcon, t.Icon.PNG
	if len(t.Icon.Template) > 0 {
		set, picture = func(b []byte) { systray.SetTemplateIcon(b, t.Icon.PNG) }, t.Icon.Template
	}
	if m != (mark{}) {
		// 16 points are 32 pixels on every Retina display.
		if drawn := m.pngs(picture, 32); drawn != nil {
			picture = drawn[0]
		}
	}
	if len(picture) > 0 {
		set(picture)
	}
}
