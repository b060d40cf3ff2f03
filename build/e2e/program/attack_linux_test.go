package program

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

//go:embed testdata/attack.html
var attackPage []byte

// An attack is where a page stands that means no good.
type attack struct {
	name   string
	page   func(elsewhere, target *url.URL) string // its address
	target func(target *url.URL) string            // what it is after
	rebind bool                                    // the page comes from the target's own address
}

var attacks = []attack{
	{name: "another port",
		page:   func(elsewhere, _ *url.URL) string { return elsewhere.String() + "/attack" },
		target: func(target *url.URL) string { return target.String() }},
	{name: "another port of localhost",
		page:   func(elsewhere, _ *url.URL) string { return "http://localhost:" + elsewhere.Port() + "/attack" },
		target: func(target *url.URL) string { return "http://localhost:" + target.Port() }},
	{name: "another site",
		page:   func(elsewhere, _ *url.URL) string { return "http://evil.test:" + elsewhere.Port() + "/attack" },
		target: func(target *url.URL) string { return target.String() }},
	{name: "no origin",
		page:   func(elsewhere, _ *url.URL) string { return elsewhere.String() + "/sandboxed" },
		target: func(target *url.URL) string { return target.String() }},
	{name: "rebound name", rebind: true,
		page:   func(_, target *url.URL) string { return "http://evil.test:" + target.Port() + "/attack" },
		target: func(target *url.URL) string { return "http://evil.test:" + target.Port() }},
}

// launchFrom has the attack's page in a browser do all that it can, and returns
// the ways in which it has tried.
func (a attack) launchFrom(ctx context.Context, t *testing.T, elsewhere, target *url.URL) []string {
	t.Helper()
	do(t, ctx, chromedp.Navigate(a.page(elsewhere, target)))
	script := fmt.Sprintf("attack(%q)", a.target(target))
	return slices.Sorted(maps.Keys(read(t, ctx, chromedp.Evaluate[map[string]string](script, chromedp.EvalAwaitPromise))))
}

// browserForAttacks is a browser in which evil.test leads to this machine, where
// its page is answered without asking the server: as if the name had led
// elsewhere until then.
func browserForAttacks(t *testing.T, rebind bool) context.Context {
	t.Helper()
	ctx := chrome.Start(t, "--host-resolver-rules=MAP evil.test 127.0.0.1", "--disable-popup-blocking",
		// The browser's own filter, which others do not have.
		"--disable-features=LocalNetworkAccessChecks")
	if !rebind {
		return ctx
	}
	watch, leave := context.WithCancel(ctx)
	paused := chromedp.Events(watch, fetch.RequestPaused)
	var answering sync.WaitGroup
	answering.Go(func() {
		for e, err := range paused {
			if err != nil {
				return
			}
			err := chromedp.Do(watch, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
				_, err := cdp.Call(ctx, tab, fetch.FulfillRequest, fetch.FulfillRequestParams{
					RequestID: e.RequestID, ResponseCode: http.StatusOK, Body: attackPage,
					ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html"}},
				})
				return err
			}))
			if err != nil && watch.Err() == nil {
				t.Error(err)
			}
		}
	})
	t.Cleanup(func() {
		leave()
		answering.Wait()
	})
	do(t, ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, fetch.Enable, fetch.EnableParams{
			Patterns: []*fetch.RequestPattern{{URLPattern: "http://evil.test*/attack"}},
		})
		return err
	}))
	return ctx
}

// serveAttacks serves the page of attacks elsewhere.
func serveAttacks(t *testing.T) *url.URL {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/sandboxed":
			w.Header().Set("Content-Security-Policy", "sandbox allow-scripts allow-forms")
		case "/attack":
		default:
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write(attackPage)
	}))
	t.Cleanup(server.Close)
	return parse(t, server.URL)
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Foreign pages in Chromium reach nothing. They would reach a server that accepts
// everything.
func TestForeignPages_chromium(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			elsewhere := serveAttacks(t)
			var mu sync.Mutex
			reached := map[string]bool{}
			open := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				reached[r.URL.RawQuery] = true
				if how, ok := strings.CutSuffix(r.URL.RawQuery, "="); ok { // a form that is fetched
					reached[how] = true
				}
			}))
			defer open.Close()
			ways := a.launchFrom(browserForAttacks(t, a.rebind), t, elsewhere, parse(t, open.URL))
			for _, how := range ways {
				if mu.Lock(); !reached[how] {
					t.Errorf("%s reaches not even an open server; it is no attack", how)
				}
				mu.Unlock()
			}

			d := desktop.Start(t)
			p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
			before := tool.Get(t, p.URL+"app.settings")
			a.launchFrom(browserForAttacks(t, a.rebind), t, elsewhere, parse(t, p.URL))
			tool.Get(t, p.URL+"act?owner")
			p.Line("reached GET owner")
			if n := strings.Count(p.Stdout(), "reached"); n != 1 || strings.Contains(p.Stdout(), "greeted") {
				t.Errorf("reached by an attack:\n%s", p.Stdout())
			}
			if tool.Get(t, p.URL+"app.settings") != before {
				t.Error("an attack has changed the settings")
			}
			held := min(p.Refusals(), len(ways))
			if t.Failed() {
				held = 0
			}
			proof.Held(t, "attacks by a page in Chromium ("+a.name+") are refused", len(ways), held)
		})
	}
}

// A foreign page that opens ours in a window keeps no hold of the window. It could send it
// to any fragment of our pages, which asks no server.
func TestForeignPages_openedWindow(t *testing.T) {
	elsewhere := serveAttacks(t)
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
	ctx := browserForAttacks(t, false)
	do(t, ctx, chromedp.Navigate("http://evil.test:"+elsewhere.Port()+"/attack"))
	gone := read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise(gone => {
		const w = window.open(%q);
		const look = setInterval(() => {
			if (!w.closed) return;
			clearInterval(look);
			gone(true);
		}, 20);
	})`, p.URL), chromedp.EvalAwaitPromise))
	p.Line("home")
	if !gone {
		t.Error("the page still has the window")
	}
}

// A link from elsewhere to the home page works, and one to a landing page. One to a page
// that does something is refused, with an explanation.
func TestForeignPages_links(t *testing.T) {
	elsewhere := serveAttacks(t)
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
	ctx := chrome.Start(t)
	follow := func(to string) string {
		t.Helper()
		do(t, ctx, chromedp.Navigate(elsewhere.String()+"/attack"),
			chromedp.SetAttributeValue(chromedp.CSS("#home"), "href", to),
			chromedp.Click(chromedp.CSS("#home")))
		return text(t, ctx, "body:not(:has(#home)) h1")
	}
	if heading := follow(p.URL); heading != "Slow Tool" {
		t.Errorf("the link to the home page leads to %q", heading)
	}
	if heading := follow(p.URL + "act?link"); !strings.Contains(heading, "refused") {
		t.Errorf("the link that says what to do leads to %q", heading)
	}
	chrome.Screenshot(ctx, t, "refused")
	do(t, ctx, chrome.Dark)
	chrome.Screenshot(ctx, t, "refused-dark")
	if strings.Contains(p.Stdout(), "reached") {
		t.Error("a link from elsewhere has reached the plug-in")
	}
	if heading := follow(p.URL + "landing?state=1"); heading != "Landed" {
		t.Errorf("the link to the landing page leads to %q", heading)
	}
	p.Line("reached GET state=1")
}
