package pages

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// openJob starts a job that fails when it is canceled, and opens its page.
func openJob(t *testing.T, tab context.Context, url string) (page string) {
	t.Helper()
	chrome.Do(t, tab, chromedp.Navigate(url))
	if _, err := chromedp.RunResponse(tab, chrome.Run(`document.body.insertAdjacentHTML("beforeend", "<form method=post action=/burn>"); document.forms[document.forms.length - 1].submit()`)); err != nil {
		t.Fatal(err)
	}
	return chrome.Eval[string](t, tab, `location.href`)
}

// ask sends a request without following redirects, and returns the page.
func ask(t *testing.T, method, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	defer http.DefaultClient.CloseIdleConnections()
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return string(body)
}

// awaitText waits until the page, or the next one, has this text.
func awaitText(t *testing.T, tab context.Context, want string) {
	t.Helper()
	for {
		text, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.body?.innerText ?? ""`))
		if strings.Contains(text, want) {
			return
		}
		if tab.Err() != nil { // other errors are of pages that are just loading
			t.Fatalf("waiting for %q: %v; the page says %q", want, err, text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestJob_hidden: a job that fails while its page is hidden is not seen until the owner looks at
// the page.
func TestJob_hidden(t *testing.T) {
	url, tab := start(t, states), chrome.Start(t)
	page := openJob(t, tab, url)
	chrome.Do(t, tab, chrome.Run(`
		document.addEventListener("app:job:"+new URL(location).searchParams.get("id"), ({detail}) => window.ended = detail.ended);
		Object.defineProperty(document, "hidden", {value: true, configurable: true})`))
	awaitNews := func(want bool) {
		t.Helper()
		for strings.Contains(ask(t, http.MethodGet, url), "Toast has failed") != want {
			time.Sleep(5 * time.Millisecond)
		}
	}
	ask(t, http.MethodPost, page)
	chrome.Read(t, tab, chromedp.Poll[bool](`window.ended || document.body.innerText.includes("This failed")`))
	if chrome.Eval[bool](t, tab, `document.body.innerText.includes("This failed")`) {
		t.Fatal("the hidden page shows the failure, so it counts as seen")
	}
	awaitNews(true)
	chrome.Do(t, tab, chrome.Run(`delete document.hidden; document.dispatchEvent(new Event("visibilitychange"))`))
	awaitText(t, tab, "This failed: the toast is burnt")
	awaitNews(false)
}

// TestJob_restart: the page of a job stays while the program ends, and does not show the job as
// running when the program has started again.
func TestJob_restart(t *testing.T) {
	home, tab := t.TempDir(), chrome.Start(t)
	_, url := tool.StartIn(t, home, states)
	openJob(t, tab, url)
	chrome.Read(t, tab, chromedp.Poll[bool](`!!document.querySelector("dibbler-bar")`))
	ask(t, http.MethodPost, url+"app.shutdown")
	const said = `document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog h1")?.innerText`
	if got := chrome.Read(t, tab, chromedp.Poll[string](said)); got != "Goodbye" {
		t.Errorf("the page says %q, want Goodbye", got)
	}
	tool.StartIn(t, home, states, "-port", url[strings.LastIndex(url, ":")+1:len(url)-1])
	awaitText(t, tab, "This job is no longer listed")
}
