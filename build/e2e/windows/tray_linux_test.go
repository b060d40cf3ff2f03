package windows_test

import (
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

func TestMenu(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch("-no-browser")
	c.openMenu()
	c.Screenshot("menu")
	for _, click := range []struct{ line, page string }{
		{"Open", "/"},
		{"Today", "/#today"},
		{"Settings", "/app.settings"},
		{"Show log", "/app.log"},
	} {
		c.choose(usualMenu, click.line)
		c.awaitOpened(strings.TrimSuffix(p.url.String(), "/") + click.page)
	}
	c.Click(centre(c.awaitIcon()), desktop.Left)
	c.awaitOpened(p.url.String())
	c.choose(usualMenu, "Shutdown")
	c.awaitExit(p.Process, 0)
	c.awaitNoIcon()
	if _, err := tool.Client.Get(p.url.String()); err == nil {
		t.Error("it answers after its end")
	}
	if n := len(c.allOpened()); n != c.opened {
		t.Errorf("the browser opened %d pages, want %d", n, c.opened)
	}
}

const runKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`

func TestStartAtLogin(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	c.launch("-no-browser")
	entry := func() string {
		query := c.spawn("reg", "query", runKey)
		query.Wait()
		return query.Stdout()
	}
	c.choose(usualMenu, "Start at login")
	c.awaitLog("on=true")
	const want = `"C:\My Tools\dibbler.exe" -no-browser`
	if got := entry(); !strings.Contains(got, want) {
		t.Errorf("at login runs %q, want %q", got, want)
	}
	c.awaitMark(usualMenu, "Start at login")
	c.Screenshot("menu")
	c.choose(usualMenu, "Start at login")
	c.awaitLog("on=false")
	if got := entry(); strings.Contains(got, "dibbler.exe") {
		t.Errorf("at login still runs %q", got)
	}
}

func TestShutdown_drains(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch("-no-browser")
	c.awaitIcon()
	request := slow.Save(t, p.url)
	c.choose(usualMenu, "Shutdown")
	c.awaitLog("asked to end")
	c.openMenu()
	c.Screenshot("draining")
	request.Finish()
	c.awaitExit(p.Process, 0)
	c.awaitNoIcon()
	if c.settings()["openBrowser"] != false {
		t.Errorf("what was sent last is not in the settings: %v", c.settings())
	}
}

func TestShutdown_quitNow(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch("-no-browser")
	c.awaitIcon()
	request := slow.Save(t, p.url)
	c.choose(usualMenu, "Shutdown")
	c.awaitLog("asked to end")
	c.choose(drainingMenu, "Quit now")
	request.AwaitCut()
	c.awaitExit(p.Process, 3)
	c.awaitNoIcon()
}
