//go:build cgo

package tray

import (
	"context"

	"fyne.io/systray"
)

// Check returns nil, because the menu bar of macOS shows every icon.
func Check(context.Context) error { return nil }

// loop runs the event loop of Cocoa, which needs the main thread.
func (t *Tray) loop() {
	ready := make(chan struct{})
	go func() {
		// The library's Quit blocks for ever if Cocoa's loop does not run yet.
		<-ready
		<-t.quit.Done()
		systray.Quit()
	}()
	systray.Run(func() {
		// The icon, the tooltip and the menu cannot be set earlier.
		f := t.face()
		t.setIcon(f.mark)
		systray.SetTooltip(f.tooltip)
		d := t.newDisplay()
		close(ready)
		t.report(nil)
		go t.follow(t.quit, func(s State) { d.show(t.Menu, s) }, f, systray.SetTooltip, t.setIcon)
	}, t.removed)
	// Something else than Quit may have stopped the loop.
	<-t.quit.Done()
}

func (t *Tray) setIcon(m mark) {
	set, picture := systray.SetIcon, t.Icon.PNG
	if len(t.Icon.Template) > 0 {
		set, picture = func(b []byte) { systray.SetTemplateIcon(b, t.Icon.PNG) }, t.Icon.Template
	}
	if m != (mark{}) {
		// The icon is 16 points large: 32 pixels on a Retina display.
		if drawn := m.pngs(picture, 32); drawn != nil {
			picture = drawn[0]
		}
	}
	if len(picture) > 0 {
		set(picture)
	}
}
