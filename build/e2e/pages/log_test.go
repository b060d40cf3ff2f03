package pages

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// startJobs has the tool log, and start its jobs.
func startJobs(t *testing.T, at string) {
	t.Helper()
	resp, err := http.PostForm(at+"jobs", url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
}

// levels are those of the lines that the page shows.
func levels(t *testing.T, tab context.Context) string {
	t.Helper()
	return read(t, tab, chromedp.Evaluate[string](`[...new Set([...document.querySelectorAll("tbody tr td:nth-child(2)")].map(e => e.innerText))].sort().join()`))
}

// An owner looks for the errors with the keyboard, copies them for the author, and watches
// for more.
func TestLog(t *testing.T) {
	at, tab := startProgram(t, states), chrome.Start(t)
	startJobs(t, at)
	do(t, tab, chromedp.Navigate(at+"app.log"))
	if got := levels(t, tab); got != "Error,Info,Warning" {
		t.Errorf("the levels are %s", got)
	}
	tabToLabel(t, tab, "Lines")
	do(t, tab, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	tabToLabel(t, tab, "With the text")
	do(t, tab, chromedp.KeyEvent("POT"))
	enter(t, tab)
	if got := levels(t, tab); got != "Error" {
		t.Errorf("the levels of errors are %s", got)
	}

	do(t, tab, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "clipboard-read"}, Setting: "granted", Origin: strings.TrimSuffix(at, "/")})
		return err
	}))
	tabToText(t, tab, "Copy")
	do(t, tab, chromedp.KeyEvent(kb.Enter))
	if said := read(t, tab, chromedp.Poll[string](`copied.innerText`)); said != "1 line copied" {
		t.Errorf("the page says %q", said)
	}
	copied := read(t, tab, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
	if want := "\tError\tthe pot is empty err: no teastackmain.(*timer).pour\n\t/home/ada/tea/timer.go:31\n"; !strings.Contains(copied, want) {
		t.Errorf("copied: %q, want %q", copied, want)
	}

	tabToLabel(t, tab, "Follow new lines")
	do(t, tab, chromedp.KeyEvent(" "))
	for _, want := range []string{"2", "3"} {
		startJobs(t, at)
		if lines := read(t, tab, chromedp.Poll[string](`(n => n === "`+want+`" && n)(String(document.querySelectorAll("tbody tr").length))`)); lines != want {
			t.Errorf("there are %s lines", lines)
		}
	}
	chrome.Screenshot(tab, t, "followed")
}

// tabToText presses the tab key until what has the cursor has this text.
func tabToText(t *testing.T, tab context.Context, text string) {
	t.Helper()
	for range 40 {
		do(t, tab, chromedp.KeyEvent(kb.Tab))
		if read(t, tab, chromedp.Evaluate[string](`document.activeElement.innerText ?? ""`)) == text {
			return
		}
	}
	t.Fatalf("%q cannot be reached with the tab key", text)
}
