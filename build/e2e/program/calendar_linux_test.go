package program

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Somebody without a mouse looks up a year.
func TestCalendar_keyboard(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, calendar, "-no-browser", "-no-tray")
	ctx := chrome.Start(t)
	do(t, ctx, chromedp.Navigate(p.URL))
	now := time.Now()
	if got, want := text(t, ctx, "[aria-current=date]"), fmt.Sprint(now.Day()); got != want {
		t.Errorf("today is %q, want %q", got, want)
	}

	focus := func() string {
		t.Helper()
		return read(t, ctx, chromedp.Evaluate[string](`document.activeElement.name ?? ""`))
	}
	for tabs := 0; focus() != "year"; tabs++ {
		if tabs == 20 {
			t.Fatal("the year cannot be reached with the keyboard")
		}
		do(t, ctx, chromedp.KeyEvent(kb.Tab))
	}
	if ring := read(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.activeElement).outlineStyle`)); ring == "none" {
		t.Error("what has the keyboard is not to be seen")
	}
	do(t, ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent("2003"), chromedp.KeyEvent(kb.Enter))
	awaitText(t, ctx, "h1", "2003")
	do(t, ctx, chromedp.WaitReady(chromedp.CSS("footer"))) // the whole page
	if tables := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("table").length`)); tables != 12 {
		t.Errorf("the year has %d tables", tables)
	}
	if days := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("[aria-current=date]").length`)); days != 0 {
		t.Errorf("%d days of 2003 are today", days)
	}
}

// No page is wider than the screen. The test takes pictures of all pages, for people to
// look at.
func TestPages_layout(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, calendar, "-no-browser", "-no-tray")
	ctx := chrome.Start(t)
	for _, page := range []string{"", "app.settings", "app.log", "app.shutdown", "shutdown", "no.such.page"} {
		for look, steps := range map[string][]chromedp.Action[chromedp.Void]{
			"light":      {chromedp.EmulateViewport(1024, 768), chrome.Light},
			"dark":       {chromedp.EmulateViewport(1024, 768), chrome.Dark},
			"phone":      {chrome.Phone, chrome.Light},
			"phone-dark": {chrome.Phone, chrome.Dark},
		} {
			do(t, ctx, steps...)
			do(t, ctx, chromedp.Navigate(p.URL+page), chromedp.WaitVisible(chromedp.CSS("h1")))
			if read(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)) {
				t.Errorf("/%s, %s: the page is wider than the screen", page, look)
			}
			chrome.Screenshot(ctx, t, "page-"+page+"-"+look)
		}
	}
}
