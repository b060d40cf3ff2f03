package attack

import (
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
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A place is where a page stands that means no good, and where it says what it
// has seen.
type place struct {
	name   string
	host   string // of the page
	target string // the host that it goes for
	path   string
	rebind bool // the page comes from the target's own port

	server   *httptest.Server // of the page
	reporter *httptest.Server
	next     chan string // what to attack
	seen     chan map[string]string

	mu      sync.Mutex
	reached map[string]bool // of the page's server, by way
}

func places(t *testing.T) []*place {
	t.Helper()
	all := []*place{
		{name: "another site", host: "evil.test", target: "127.0.0.1", path: "/attack"},
		{name: "rebound name", host: "evil.test", target: "evil.test", path: "/attack", rebind: true},
		{name: "another port", host: "127.0.0.1", target: "127.0.0.1", path: "/attack"},
		{name: "another port of localhost", host: "localhost", target: "localhost", path: "/attack"},
		{name: "another site for localhost", host: "evil.test", target: "localhost", path: "/attack"},
		{name: "no origin", host: "127.0.0.1", target: "127.0.0.1", path: "/sandboxed"},
	}
	// The page is the one that attacks in Chromium, too.
	page, err := os.ReadFile("../program/testdata/attack.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		p.next, p.seen, p.reached = make(chan string), make(chan map[string]string, 1), map[string]bool{}
		p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/sandboxed":
				w.Header().Set("Content-Security-Policy", "sandbox allow-scripts allow-forms")
				fallthrough
			case "/attack":
				w.Header().Set("Content-Type", "text/html")
				w.Write(page)
			default: // it accepts everything
				p.mu.Lock()
				defer p.mu.Unlock()
				how, _ := url.QueryUnescape(strings.TrimSuffix(r.URL.RawQuery, "=")) // it is ours
				p.reached[how] = true
			}
		}))
		t.Cleanup(p.server.Close)
		p.reporter = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			switch r.URL.Path {
			case "/next":
				select {
				case target := <-p.next:
					io.WriteString(w, target)
				case <-r.Context().Done():
				}
			case "/seen":
				var seen map[string]string
				if err := json.NewDecoder(r.Body).Decode(&seen); err != nil {
					t.Error(err)
				}
				p.seen <- seen
			}
		}))
		t.Cleanup(func() {
			close(p.next)
			p.reporter.Close()
		})
	}
	return all
}

// port is that of the page.
func (p *place) port() string {
	_, port, _ := net.SplitHostPort(p.server.Listener.Addr().String())
	return port
}

func (p *place) address() string {
	return "http://" + p.host + ":" + p.port() + p.path + "?reporter=" + url.QueryEscape(p.reporter.URL)
}

// attack has the page try everything against a port, and returns what it has seen,
// by way.
func (p *place) attack(t *testing.T, port string) map[string]string {
	t.Helper()
	gaveUp := time.After(time.Until(deadline.Of(t)))
	select {
	case p.next <- "http://" + p.target + ":" + port:
	case <-gaveUp:
		t.Fatalf("%s: the page does not ask what to attack", p.name)
	}
	select {
	case seen := <-p.seen:
		return seen
	case <-gaveUp:
		p.mu.Lock()
		defer p.mu.Unlock()
		t.Fatalf("%s: the page does not end; until now the open server is reached by %v", p.name, p.reached)
	}
	return nil
}

// Foreign pages in Firefox reach nothing. They would reach a server that accepts
// everything, and the program's own pages are accepted.
func TestForeignPages_firefox(t *testing.T) {
	proof.Only(t)
	d := desktop.Start(t)
	all := places(t)
	mine := startOn(t, d, nil)
	addresses := []string{mine.URL + "own"}
	for _, p := range all {
		addresses = append(addresses, p.address())
	}
	d.SpawnFirefox(false, addresses...)
	for _, how := range []string{`GET "own.get"`, `POST "own.post"`, `POST "own.form"`} {
		mine.Line("reached act " + how)
	}
	if n := mine.Refusals(); n > 0 {
		t.Errorf("%d of the owner's own requests are refused", n)
	}
	tried, held := 0, 0
	for _, p := range all {
		ways := slices.Sorted(maps.Keys(p.attack(t, p.port())))
		desktop.Await(t, "all ways to reach an open server from "+p.name, func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return !slices.ContainsFunc(ways, func(how string) bool { return !p.reached[how] })
		})
		tried += len(ways)
		args := []string{"-port", "0"}
		if p.rebind {
			p.server.Close()
			args[1] = p.port()
		}
		v := start(t, nil, args...)
		before := tool.Get(t, v.URL+"app.settings")
		seen := p.attack(t, v.port)
		desktop.Await(t, "the refusals of all attacks from "+p.name, func() bool { return v.Refusals() >= len(ways) })
		for _, how := range []string{"fetch-cors", "fetch-post", "events", "socket", "image", "script"} {
			if got := seen[how]; got != "error" && got != "opaque " && (!strings.Contains(got, "refused") || strings.Contains(got, "Target")) {
				t.Errorf("%s: %s sees %q", p.name, how, got)
			}
		}
		for _, how := range []string{"window-get", "window-post"} {
			if got, ok := seen[how]; ok && !p.rebind && got != "closed" {
				t.Errorf("%s: %s keeps hold of the window: %q", p.name, how, got)
			}
		}
		if got := v.reached(); len(got) > 0 || tool.Get(t, v.URL+"app.settings") != before {
			t.Errorf("from %s: reached by %q", p.name, got)
			continue
		}
		held += len(ways)
	}
	proof.Held(t, "attacks by pages in Firefox, from other sites and ports and by a rebound name, are refused", tried, held)
}
