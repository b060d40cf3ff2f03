package program

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestTray_panelStartsLater: the program starts before the panel, as at login. Until there is
// a tray, the pages have the bar.
func TestTray_panelStartsLater(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, calendar)
	tab := browser.Page(p.URL)
	bar := openBar(t, tab)
	for _, want := range []string{"Today", "Settings", "Log", "Shut down"} {
		if !strings.Contains(bar, want) {
			t.Errorf("the bar %q has no %s", bar, want)
		}
	}
	d.Screenshot("bar")
	panel := d.StartPanel(desktop.Light)
	panel.AwaitIcon()
	// The program learns of the icon after the panel has drawn it.
	desktop.Await(t, "a page without the bar", func() bool { return !strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
	chrome.Do(t, tab, chromedp.Reload(), chromedp.WaitReady(chromedp.CSS("h1")))
	d.Screenshot("icon")
	panel.Choose("Shutdown")
	p.Ends(0)
	if n := strings.Count(p.Stderr(), "\n"); n != 1 {
		t.Errorf("standard error has %d lines, want 1, about the menu in the pages:\n%s", n, p.Stderr())
	}
}

// TestBar_shutdown: without a session bus, the bar ends the program. The page says when it has
// ended.
func TestBar_shutdown(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, func(cmd *exec.Cmd) {
		cmd.Env = desktop.Without(cmd.Env, "DBUS_SESSION_BUS_ADDRESS")
	}, calendar, "-no-browser")
	d.Spawn(d.Command("xdg-open", p.URL)) // the browser needs the bus
	tab := browser.Page(p.URL)
	openBar(t, tab)
	chrome.Do(t, tab, chromedp.Click(inBar("form[action='/app.shutdown'] button")))
	p.Ends(0)
	awaitText(t, tab, "[role=status]", "Dibbler has shut down. You can close this page.")
	d.Screenshot("goodbye")
}
