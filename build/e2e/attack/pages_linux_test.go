package attack

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A foreignPage is a page that attacks the program from elsewhere.
type foreignPage struct {
	name   string
	host   string // of its address
	target string // the host name of the addresses that it attacks
	path   string
	rebind bool // the program gets the port of the page's server

	server   *httptest.Server // serves the page, and accepts all requests
	reporter *httptest.Server // tells the page what to attack

	mu      sync.Mutex
	next    string            // what to attack
	read    map[string]string // parts of answers, by way
	reached map[string]bool   // ways that reached server
}

func foreignPages(t *testing.T) []*foreignPage {
	t.Helper()
	all := []*foreignPage{
		{name: "another site", host: "evil.test", target: "127.0.0.1", path: "/attack"},
		{name: "rebound name", host: "evil.test", target: "evil.test", path: "/attack", rebind: true},
		{name: "another port", host: "127.0.0.1", target: "127.0.0.1", path: "/attack"},
		{name: "no origin", host: "127.0.0.1", target: "127.0.0.1", path: "/sandboxed"},
	}
	for _, p := range all {
		p.reached = map[string]bool{}
		p.server = httptest.NewServer(http.HandlerFunc(p.serve))
		p.reporter = httptest.NewServer(http.HandlerFunc(p.report))
		t.Cleanup(p.reporter.Close)
		t.Cleanup(p.server.Close)
	}
	return all
}

func (p *foreignPage) serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/sandboxed":
		w.Header().Set("Content-Security-Policy", "sandbox allow-scripts allow-forms")
		fallthrough
	case "/attack":
		page, err := os.ReadFile("testdata/attack.html")
		if err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "text/html")
		w.Write(page)
	default:
		p.mu.Lock()
		defer p.mu.Unlock()
		for way := range r.URL.Query() {
			p.reached[way] = true
		}
	}
}

func (p *foreignPage) report(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.URL.Path == "/next" {
		io.WriteString(w, p.next)
		p.next = ""
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&p.read); err != nil {
		panic(err)
	}
}

func (p *foreignPage) port() string {
	_, port, _ := net.SplitHostPort(p.server.Listener.Addr().String())
	return port
}

// address is the page's address. Without a reporter the page does not attack.
func (p *foreignPage) address() string { return "http://" + p.host + ":" + p.port() + p.path }

// attack has the page attack a port in all ways. It returns what the page could read.
func (p *foreignPage) attack(t *testing.T, port, job string) map[string]string {
	t.Helper()
	p.mu.Lock()
	p.next, p.read = "http://"+p.target+":"+port+" "+job, nil
	p.mu.Unlock()
	desktop.Await(t, "the end of the attack", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.read != nil
	})
	return p.read
}

// attackProgram has the page attack its own server, which all ways must reach, and then
// the program.
func (p *foreignPage) attackProgram(t *testing.T, browser string) {
	ways := slices.Sorted(maps.Keys(p.attack(t, p.port(), "/job")))
	desktop.Await(t, "all ways to reach a server that accepts them", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return !slices.ContainsFunc(ways, func(way string) bool { return !p.reached[way] })
	})
	port := "0"
	if p.rebind {
		p.server.Close()
		port = p.port()
	}
	v := start(t, "-port", port)
	before := tool.Get(t, v.URL+"app.settings")
	held := len(ways)
	for way, read := range p.attack(t, v.port, v.job) {
		if read == "open" || strings.Contains(read, "Target") || strings.Contains(read, `"note"`) {
			t.Errorf("%s reads %q; want nothing of the program", way, read)
			held = 0
		}
	}
	if got := v.reached(); len(got) > 0 || tool.Get(t, v.URL+"app.settings") != before {
		t.Errorf("the attack reached %q, or changed settings", got)
		held = 0
	}
	proof.Held(t, "attacks by a page in "+browser+" ("+p.name+") are refused", len(ways), held)
}

// browsers open addresses. Each returns a function that shows the i-th: Firefox opens all
// in tabs at its start.
var browsers = map[string]func(t *testing.T, addresses []string) (show func(i int)){
	"Chromium": func(t *testing.T, addresses []string) func(i int) {
		tab := startChromium(t)
		return func(i int) { chrome.Do(t, tab, chromedp.Navigate(addresses[i])) }
	},
	"Firefox": func(t *testing.T, addresses []string) func(i int) {
		proof.Only(t)
		desktop.Start(t).SpawnFirefox(false, addresses...)
		return func(int) {}
	},
}

func startChromium(t *testing.T) context.Context {
	return chrome.Start(t, "--host-resolver-rules=MAP evil.test 127.0.0.1", "--disable-popup-blocking",
		"--disable-features=LocalNetworkAccessChecks") // the browser's own filter, which others do not have
}

// Pages of other sites and ports cannot reach anything in the program, in any of the ways
// in which they reach a server that accepts all requests. The program's own page can.
func TestForeignPages(t *testing.T) {
	for name, browser := range browsers {
		t.Run(name, func(t *testing.T) {
			own := start(t)
			addresses := []string{own.URL + "?" + url.Values{"Job": {own.job}}.Encode()}
			pages := foreignPages(t)
			for _, p := range pages {
				addresses = append(addresses, p.address()+"?reporter="+url.QueryEscape(p.reporter.URL))
			}
			show := browser(t, addresses)
			show(0)
			own.Line("own-form") // the last request of its script
			want := []string{"home GET", `act GET "own-get"`, `act POST "own-post"`, "job", `act POST "own-form"`, "dialog"}
			if got := own.reached(); !slices.Equal(got, want) || own.Refusals() > 0 {
				t.Errorf("the program's own page reached %q, with %d refusals; want %q", got, own.Refusals(), want)
			}
			for i, p := range pages {
				show(i + 1)
				t.Run(p.name, func(t *testing.T) { p.attackProgram(t, name) })
			}
		})
	}
}

// A link on another site may lead to the home page and to a landing page. A link to
// another page, and a form, are refused with an explanation. A page that opens the program
// in a window loses its reference to the window.
func TestForeignPages_links(t *testing.T) {
	p := foreignPages(t)[0]
	v := start(t)
	tab := startChromium(t)
	for _, c := range []struct{ page, script, heading string }{
		{"", "location = PAGE", "Target"},
		{"landing?state=1", "location = PAGE", "Landing"},
		{"act?link", "location = PAGE", "refused"},
		{"act?form", `const form = document.createElement("form");
			Object.assign(form, {method: "post", action: PAGE});
			document.body.append(form);
			form.submit()`, "refused"},
	} {
		chrome.Do(t, tab, chromedp.Navigate(p.address()))
		script := strings.ReplaceAll(c.script, "PAGE", "'"+v.URL+c.page+"'")
		if _, err := chromedp.RunResponse(tab, chrome.Run(script)); err != nil {
			t.Fatal(err)
		}
		if got := chrome.Eval[string](t, tab, `document.querySelector("h1")?.innerText ?? ""`); !strings.Contains(got, c.heading) {
			t.Errorf("%s leads to a page with heading %q; want %q", script, got, c.heading)
		}
	}
	chrome.Screenshot(tab, t, "refused")
	chrome.Do(t, tab, chromedp.Navigate(p.address()))
	err := chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](`new Promise(done => {
		const w = window.open("`+v.URL+`");
		setInterval(() => w.closed && done(), 20);
	})`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Errorf("the page keeps its reference to the window: %v", err)
	}
	if got, want := v.reached(), []string{"home GET", `landing GET "state=1"`, "home GET"}; !slices.Equal(got, want) {
		t.Errorf("the links reached %q; want %q", got, want)
	}
}
