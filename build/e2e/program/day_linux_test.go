package program

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestDay uses the calendar as its owner does from morning to evening.
func TestDay(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()

	p := tool.Start(t, d, nil, calendar)
	panel.AwaitIcon()
	tab := browser.Page(p.URL)
	if year := text(t, tab, "h1"); year != fmt.Sprint(time.Now().Year()) {
		t.Errorf("the page's heading is %q, want this year", year)
	}
	if strings.Contains(tool.Get(t, p.URL), "dibbler-bar") {
		t.Error("the page has the bar, although there is an icon")
	}
	d.Screenshot("1-started")
	closeTab(t, tab)
	awaitTabs(t, browser)

	again := d.Spawn(d.Command(calendar))
	if url := tool.Address(again); url != p.URL {
		t.Errorf("the second launch prints the address %s, want %s", url, p.URL)
	}
	if code := again.Wait().ExitCode(); code != 0 {
		t.Errorf("the second launch ends with status %d, want 0", code)
	}
	awaitTabs(t, browser, p.URL)

	panel.Choose("Open")
	awaitTabs(t, browser, p.URL, p.URL)
	panel.Click()
	awaitTabs(t, browser, p.URL, p.URL, p.URL)
	browser.Quit()

	panel.Choose("Today")
	tab = browser.Page(p.URL + "#today")
	if today := text(t, tab, ":target"); today != fmt.Sprint(time.Now().Day()) {
		t.Errorf("Today leads to the day %q, want this day", today)
	}
	panel.Choose("Settings")
	if heading := text(t, browser.Page(p.URL+"app.settings"), "h1"); heading != "Settings" {
		t.Errorf("Settings leads to the page %q, want Settings", heading)
	}
	d.Screenshot("2-settings")
	panel.Choose("Show log")
	if log := text(t, browser.Page(p.URL+"app.log"), "table"); !strings.Contains(log, "running") {
		t.Errorf("the log page has no line with running:\n%s", log)
	}
	d.Screenshot("3-log")

	tip := d.Item().Tooltip()
	for _, want := range []string{time.Now().Format("Monday, 2 January 2006"), "Running at " + p.HostPort()} {
		if !strings.Contains(tip, want) {
			t.Errorf("the tooltip is %q, want %q in it", tip, want)
		}
	}
	awaitMenu(t, d, "(Running at "+p.HostPort()+")")

	entry := filepath.Join(d.Home(), ".config/autostart/dibbler.desktop")
	panel.Choose("Start at login")
	awaitMenu(t, d, "[x] Start at login")
	if text, err := os.ReadFile(entry); !strings.Contains(string(text), calendar) {
		t.Errorf("the autostart entry is %q, %v; want the program in it", text, err)
	}
	panel.OpenMenu()
	d.Screenshot("4-menu")
	panel.CloseMenu()
	panel.Choose("Start at login")
	awaitMenu(t, d, "[ ] Start at login")
	if _, err := os.Stat(entry); !os.IsNotExist(err) {
		t.Errorf("the autostart entry is still there: %v", err)
	}

	awaitListening(t, browser.Page(p.URL+"app.log"))
	panel.Choose("Shutdown")
	p.Ends(0)
	panel.AwaitNoIcon()
	if said := text(t, browser.Page(p.URL+"app.log"), "dialog"); !strings.Contains(said, "Dibbler has shut down") {
		t.Errorf("the tab in front says %q, want that the program has shut down", said)
	}
	d.Screenshot("5-goodbye")
	behind := browser.Page(p.URL + "app.settings")
	chrome.Do(t, behind, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.BringToFront, cdp.Empty{})
		return err
	}))
	if said := text(t, behind, "dialog"); !strings.Contains(said, "Dibbler has shut down") {
		t.Errorf("a tab behind it says %q when it comes to the front, want that the program has shut down", said)
	}
	d.Screenshot("6-tab-behind")
	if strings.Contains(p.Stderr(), "Dibbler") {
		t.Errorf("standard error is %q, want nothing from the program", p.Stderr())
	}
}
