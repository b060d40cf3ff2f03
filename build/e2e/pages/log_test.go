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
)

// startJobs has states start its jobs, which log lines.
func startJobs(t *testing.T, url string) {
	t.Helper()
	resp, err := http.PostForm(url+"jobs", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
}

// TestLog copies an error with the keyboard, and follows the log.
func TestLog(t *testing.T) {
	url, tab := start(t, states), chrome.Start(t)
	startJobs(t, url)
	chrome.Do(t, tab, chromedp.Navigate(url+"app.log?level=error&text=POT"), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "clipboard-read"}, Setting: "granted", Origin: strings.TrimSuffix(url, "/")})
		return err
	}))
	focus(t, tab, "Copy")
	chrome.Do(t, tab, chromedp.KeyEvent(kb.Enter))
	if said, want := chrome.Read(t, tab, chromedp.Poll[string](`copied.innerText`)), "1 line copied"; said != want {
		t.Errorf("the page says %q, want %q", said, want)
	}
	copied := chrome.Eval[string](t, tab, `navigator.clipboard.readText()`)
	if want := "\tError\tthe pot is empty err: no teastackmain.(*timer).pour\n\t/home/ada/tea/timer.go:31\n"; !strings.Contains(copied, want) {
		t.Errorf("copied %q, want %q in it", copied, want)
	}
	focus(t, tab, "Show new lines at once")
	chrome.Do(t, tab, chromedp.KeyEvent(" "))
	for _, lines := range []string{"2", "3"} {
		startJobs(t, url)
		chrome.Read(t, tab, chromedp.Poll[bool](`document.querySelectorAll("tbody tr").length === `+lines))
	}
	chrome.Screenshot(tab, t, "followed")
}
