package program

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The program starts before the panel, as at login. Until there is a tray, the pages have
// a bar.
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
	// The panel shows the icon before the program knows that it does.
	desktop.Await(t, "a page without the bar", func() bool { return !strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
	chrome.Do(t, tab, chromedp.Reload(), chromedp.WaitReady(chromedp.CSS("h1")))
	d.Screenshot("icon")
	panel.Choose("Shutdown")
	p.Ends(0)
	if n := strings.Count(p.Stderr(), "\n"); n != 1 {
		t.Errorf("standard error has %d lines, want one that says where the menu is:\n%s", n, p.Stderr())
	}
}

// Where there is no session bus, none is started, and the bar ends the program.
func TestBar_shutdown(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	bin := d.WatchBuses()
	p := tool.Start(t, d, func(cmd *exec.Cmd) {
		cmd.Env = append(desktop.Without(cmd.Env, "DBUS_SESSION_BUS_ADDRESS"), "PATH="+bin+":"+os.Getenv("PATH"))
	}, calendar, "-no-browser")
	// Not by the program, whose browser would look for the bus as well.
	d.Spawn(d.Command("xdg-open", p.URL))
	tab := browser.Page(p.URL)
	openBar(t, tab)
	chrome.Do(t, tab, chromedp.Click(inBar("form[action='/app.shutdown'] button")))
	p.Ends(0)
	awaitText(t, tab, "h1", "Goodbye")
	d.Screenshot("goodbye")
}
