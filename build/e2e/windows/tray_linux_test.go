package windows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// TestMenu uses all items of the menu.
func TestMenu(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch("-no-browser")
	c.openMenu()
	c.Screenshot("menu")
	for _, click := range []struct{ line, page string }{
		{"Open", "/"}, {"Today", "/#today"}, {"Settings", "/app.settings"}, {"Show log", "/app.log"},
	} {
		c.choose(usualMenu, click.line)
		c.awaitOpened(strings.TrimSuffix(p.url.String(), "/") + click.page)
	}
	c.Click(centre(c.awaitIcon()), desktop.Left)
	c.awaitOpened(p.url.String())
	for _, on := range []bool{true, false} {
		c.choose(usualMenu, "Start at login")
		c.awaitLog(fmt.Sprint("on=", on))
		query := c.spawn("reg", "query", wine.RunKey)
		query.Wait()
		if got := query.Stdout(); strings.Contains(got, `"C:\My Tools\dibbler.exe" -no-browser`) != on {
			t.Errorf("start at login is %v, and the registry has %q", on, got)
		}
		if on {
			c.awaitMark(usualMenu, "Start at login")
		}
	}
	c.choose(usualMenu, "Shutdown")
	c.awaitExit(p.Process, 0)
	c.awaitNoIcon()
}

// TestShutdown_quitNow: Quit now, in the menu, cuts a request.
func TestShutdown_quitNow(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch("-no-browser")
	c.awaitIcon()
	request := slow.Save(t, p.url)
	c.choose(usualMenu, "Shutdown")
	c.awaitLog("asked to end")
	c.choose(drainingMenu, "Quit now")
	c.awaitLog("ending at once") // and not when the time for requests is over
	request.AwaitCut()
	c.awaitExit(p.Process, 3)
	c.awaitNoIcon()
}
