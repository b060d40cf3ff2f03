package program

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

func TestTray_panelRestarts(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := tool.Start(t, d, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	for range 2 {
		panel.Kill()
		desktop.Await(t, "the bar", func() bool { return strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
		panel = d.StartPanel(desktop.Dark)
		panel.AwaitIcon()
		panel.Choose("Greet")
		p.Line("greeted")
	}
	panel.Choose("Shutdown")
	p.Ends(0)
}

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
	do(t, tab, chromedp.Reload(), chromedp.WaitReady(chromedp.CSS("h1")))
	d.Screenshot("icon")
	panel.Choose("Shutdown")
	p.Ends(0)
	if n := strings.Count(p.Stderr(), "\n"); n != 1 {
		t.Errorf("standard error has %d lines, want one that says where the menu is:\n%s", n, p.Stderr())
	}
}

// The bar ends the program where there is no tray.
func TestBar_shutdown(t *testing.T) {
	for name, change := range map[string]func(*exec.Cmd){
		"no tray": nil,
		"no bus":  func(cmd *exec.Cmd) { cmd.Env = desktop.Without(cmd.Env, "DBUS_SESSION_BUS_ADDRESS") },
		"dead bus": func(cmd *exec.Cmd) {
			cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
		},
		"told so": func(cmd *exec.Cmd) { cmd.Args = append(cmd.Args, "-no-tray") },
	} {
		t.Run(name, func(t *testing.T) {
			d := desktop.Start(t)
			browser := d.UseBrowser()
			bin := d.WatchBuses()
			p := tool.Start(t, d, func(cmd *exec.Cmd) {
				cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"))
				if change != nil {
					change(cmd)
				}
			}, calendar, "-no-browser")
			// Not by the program, whose browser would look for the bus as well.
			d.Spawn(d.Command("xdg-open", p.URL))
			tab := browser.Page(p.URL)
			openBar(t, tab)
			do(t, tab, chromedp.Click(inBar("form[action='/app.shutdown'] button")))
			p.Ends(0)
			awaitText(t, tab, "h1", "Goodbye")
			d.Screenshot("goodbye")
		})
	}
}

// The last page, after the calendar's own button, has no links: they would lead nowhere.
func TestShutdown_goodbyeHasNoLinks(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, calendar, "-no-tray")
	tab := browser.Page(p.URL)
	do(t, tab, chromedp.Navigate(p.URL+"shutdown"), chromedp.Click(chromedp.CSS("main button")))
	p.Ends(0)
	awaitText(t, tab, "main", "The calendar has shut down")
	if links := read(t, tab, chromedp.Evaluate[int](`document.querySelectorAll("a, button").length`)); links != 0 {
		t.Errorf("the last page has %d links", links)
	}
	d.Screenshot("goodbye")
}

func TestBar_pluginItem(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, slowTool, "-no-tray")
	tab := browser.Page(p.URL)
	openBar(t, tab)
	do(t, tab, chromedp.Click(inBar("form[action='/app.item'] button")))
	p.Line("greeted")
	d.Screenshot("bar")
}
