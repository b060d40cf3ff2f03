package pages

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// startJobs has the tool log, and start its jobs.
func startJobs(t *testing.T, at string) {
	t.Helper()
	post(t, at+"jobs")
}

func post(t *testing.T, url string) {
	t.Helper()
	resp, err := http.PostForm(url, nil)
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
	home := t.TempDir()
	at, tab := startIn(t, home, states), chrome.Start(t)
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
	for _, want := range []string{"2", "3", "4"} {
		if want == "4" { // of another program at the same address
			post(t, at+"app.shutdown")
			read(t, tab, chromedp.Poll[string](`document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog h1")?.textContent`))
			read(t, tab, chromedp.Evaluate[bool](`new Promise(done => setTimeout(done, 1000, true))`, chromedp.EvalAwaitPromise)) // it looks for the last line
			tool.StartIn(t, home, states, "-port", strings.Trim(at[strings.LastIndex(at, ":"):], ":/"))
		}
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
