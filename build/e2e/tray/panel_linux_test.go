package tray_test

import (
	"image/color"
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// awaitIcon waits until the panel shows a whole icon, which is at least 16
// pixels high and wide.
func awaitIcon(t *testing.T, panel *desktop.Panel) {
	t.Helper()
	desktop.Await(t, "a whole icon", func() bool {
		icon := panel.Icon()
		return icon.Dx() >= 16 && icon.Dy() >= 16
	})
}

func TestPanel(t *testing.T) {
	for name, background := range map[string]color.RGBA{"light": desktop.Light, "dark": desktop.Dark} {
		t.Run(name, func(t *testing.T) {
			d := desktop.Start(t)
			panel := d.StartPanel(background)
			p := run(t, d, nil)
			awaitIcon(t, panel)
			d.Screenshot("icon")
			panel.OpenMenu()
			d.Screenshot("menu")
			panel.Choose("Today")
			p.Line("today")
			panel.Click()
			p.Line("open")
			p.showsMarks(func(what string, happened func() bool) bool {
				desktop.Await(t, what, happened)
				return true
			})
			p.order("drain 2")
			desktop.Await(t, "the menu to change", func() bool { return slices.Contains(p.menu(), "Quit now") })
			panel.Choose("Quit now")
			p.Line("quit now")
			p.order("quit")
			p.awaitEnd()
			panel.AwaitNoIcon()
		})
	}
}

func TestPanel_restarts(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := run(t, d, nil)
	for range 3 {
		awaitIcon(t, panel)
		p.Line("report <nil>")
		panel.Kill()
		p.Line("report ")
		panel = d.StartPanel(desktop.Dark)
	}
	awaitIcon(t, panel)
	panel.Choose("Shutdown")
	p.Line("shutdown")
}
