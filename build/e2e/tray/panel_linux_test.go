package tray_test

import (
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// TestPanel uses the icon in a real panel, that of Xfce. TestHosts has the others.
func TestPanel(t *testing.T) {
	t.Run("icon_and_menu", func(t *testing.T) {
		d := desktop.Start(t)
		panel := d.StartPanel(desktop.Dark)
		p := run(t, d)
		p.order("items Today")
		panel.AwaitIcon()
		panel.OpenMenu()
		d.Screenshot("menu")
		panel.Choose("Today")
		p.Line("chosen Today")
		panel.Click()
		p.Line("open")
		p.showsMarks(func(what string, happened func() bool) bool {
			desktop.Await(t, what, happened)
			return true
		})
		p.order("drain 2")
		desktop.Await(t, "the menu to change", func() bool { return slices.Contains(d.Item().Lines(), "Quit now") })
		panel.Choose("Quit now")
		p.Line("quit now")
		p.order("quit")
		p.awaitEnd()
		panel.AwaitNoIcon()
	})

	t.Run("icon_returns_after_panel_restart", func(t *testing.T) {
		d := desktop.Start(t)
		panel := d.StartPanel(desktop.Light)
		p := run(t, d)
		for range 2 {
			panel.AwaitIcon()
			p.Line("report <nil>")
			panel.Kill()
			p.Line("report this desktop shows no tray icons")
			panel = d.StartPanel(desktop.Light)
		}
		panel.AwaitIcon()
		panel.Choose("Shutdown")
		p.Line("shutdown")
	})
}
