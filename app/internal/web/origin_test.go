package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A counter is a plug-in that records the requests that reach it.
type counter struct{ got []string }

func (c *counter) OnUnknown(w *dibbler.Response, r *http.Request) error {
	c.got = append(c.got, r.Method+" "+r.RequestURI)
	w.WriteOKHeaders("text/plain")
	_, err := w.WriteString("passed")
	return err
}

func (c *counter) OnHome(w *dibbler.Response, r *http.Request) error { return c.OnUnknown(w, r) }

const (
	passes      = http.StatusOK
	foreign     = http.StatusForbidden
	misdirected = http.StatusMisdirectedRequest
	notAllowed  = http.StatusMethodNotAllowed
	bad         = http.StatusBadRequest
)

// An originCase is a request and the expected status.
type originCase struct {
	line, header string
	want         int
}

func TestOriginCheck(t *testing.T) {
	plugin := new(counter)
	p := serve(t, plugin)
	for _, method := range []string{"PUT", "DELETE", "PATCH", "QUERY"} {
		if err := p.server.Handle(method+" /any", plugin.OnUnknown); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.server.Handle("/all", plugin.OnUnknown); err != nil {
		t.Fatal(err)
	}
	const own = "Host: 127.0.0.1:P\n"
	link := "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n"
	cases := []originCase{
		// These are the program's names.
		{"GET /x", own, passes},
		{"GET /x", "Host: localhost:P\n", passes},
		{"GET /x", "Host: [::1]:P\n", passes},
		// These are rebound names, prefixes and other spellings.
		{"GET /x", "Host: evil.test\n", misdirected},
		{"GET /x", "Host: evil.test:P\n", misdirected},
		{"GET /x", "Host: 127.0.0.1.evil.test:P\n", misdirected},
		{"GET /x", "Host: localhost.evil.test:P\n", misdirected},
		{"GET /x", "Host: evil.localhost:P\n", misdirected},
		{"GET /x", "Host: 127.0.0.1.nip.io:P\n", misdirected},
		{"GET /x", "Host: 127.0.0.1\n", misdirected},
		{"GET /x", "Host: localhost\n", misdirected},
		{"GET /x", "Host: 127.0.0.1:1\n", misdirected},
		{"GET /x", "Host: 127.0.0.1:0P\n", misdirected},
		{"GET /x", "Host: 127.0.0.1:P0\n", misdirected},
		{"GET /x", "Host: 127.0.0.2:P\n", misdirected},
		{"GET /x", "Host: 127.1:P\n", misdirected},
		{"GET /x", "Host: 2130706433:P\n", misdirected},
		{"GET /x", "Host: 0x7f000001:P\n", misdirected},
		{"GET /x", "Host: 0.0.0.0:P\n", misdirected},
		{"GET /x", "Host: LOCALHOST:P\n", passes}, // case does not matter
		{"GET /x", "Host: LocalHost:P\n", passes},
		{"GET /x", "Host: localhost.:P\n", misdirected},
		{"GET /x", "Host: [::]:P\n", misdirected},
		{"GET /x", "Host: [::ffff:127.0.0.1]:P\n", misdirected},
		{"GET /x", "Host: [0:0:0:0:0:0:0:1]:P\n", misdirected},
		{"GET /x", "Host: ::1:P\n", misdirected},
		{"GET /x", "Host: evil.test@127.0.0.1:P\n", bad}, // by net/http
		{"GET /x", "Host: 127.0.0.1:P,evil.test\n", misdirected},
		{"GET /x", "Host:\n", misdirected},
		{"GET /x", "Host: 127.0.0.1:P\nHost: evil.test\n", bad}, // by net/http
		{"GET /x", "", bad},                                     // by net/http
		// These have hosts in the target, which overrides the Host header (RFC 9112).
		{"GET http://evil.test/x", own, misdirected},
		{"GET http://127.0.0.1:P/x", own, passes},
		{"GET HTTP://LOCALHOST:P/x", own, passes},
		{"GET http://127.0.0.1:P", own, passes}, // the home page
		{"GET https://127.0.0.1:P/x", own, bad},
		{"GET http:///x", own, bad},
		{"GET http://evil.test@127.0.0.1:P/x", own, bad},
		{"GET http://127.0.0.1:P/x", "Host: evil.test\n", passes}, // the target overrides it
		{"GET http://evil.test/x", "Host: evil.test\n", misdirected},
		{"GET //evil.test/x", own, passes}, // an odd path
		{"OPTIONS *", own, notAllowed},
		{"GET *", own, bad},
		{"CONNECT 127.0.0.1:P", own, notAllowed},
		{"CONNECT evil.test:80", own, misdirected},
		// These are methods.
		{"HEAD /x", own, passes},
		{"POST /x", own + "Content-Length: 0\n", passes},
		{"PUT /x", own + "Content-Length: 0\n", notAllowed},
		{"DELETE /x", own, notAllowed},
		{"PATCH /x", own + "Content-Length: 0\n", notAllowed},
		{"OPTIONS /x", own, notAllowed},
		{"TRACE /x", own, notAllowed},
		{"PROPFIND /x", own, notAllowed},
		{"get /x", own, notAllowed},
		{"OPTIONS /x", own + "Origin: http://evil.test\nAccess-Control-Request-Method: PUT\nAccess-Control-Request-Private-Network: true\n", foreign},
		{"CONNECT /x", own, notAllowed},
		{"CONNECT /all", own, notAllowed},
		{"POST /any", own + "Content-Length: 0\n", passes}, // by OnUnknown
		{"TRACE /any", own, notAllowed},
		{"OPTIONS /any", own + "Origin: http://evil.test\nAccess-Control-Request-Method: PUT\n", foreign},
		{"OPTIONS /all", own + "Origin: http://evil.test\nAccess-Control-Request-Method: PUT\n", foreign},
		{"OPTIONS /all", own, passes},
		// These are origins, with several methods.
		{"GET /x", own + "Origin: http://127.0.0.1:P\n", passes},
		{"GET /x", own + "Origin: http://localhost:P\n", passes},
		{"GET /x", own + "Origin: http://[::1]:P\n", passes},
		{"POST /x", own + "Origin: http://127.0.0.1:P\nContent-Length: 0\n", passes},
		{"GET /x", own + "Origin: http://evil.test\n", foreign},
		{"POST /x", own + "Origin: http://evil.test\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: same-origin\nContent-Length: 0\n", passes}, // our own form, without a referrer
		{"GET /x", own + "Origin: null\nSec-Fetch-Site: same-origin\n", passes},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: none\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: same-site\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: cross-site\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: same-origin\nSec-Fetch-Site: cross-site\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: NULL\nSec-Fetch-Site: same-origin\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: http://evil.test\nSec-Fetch-Site: same-origin\nContent-Length: 0\n", foreign},
		{"GET /x", own + "Origin: null\n", foreign},
		{"GET /x", own + "Origin:\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1:1\n", foreign},
		{"GET /x", own + "Origin: https://127.0.0.1:P\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1:P/\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1:P.evil.test\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1:P\nOrigin: http://evil.test\n", foreign},
		{"GET /x", own + "Origin: http://127.0.0.1:P http://evil.test\n", foreign},
		{"GET /x", own + "Origin: http://evil.test\nUpgrade: websocket\nConnection: Upgrade\n", foreign},
		{"GET /", own + link + "Origin: http://evil.test\n", foreign},
		// These are values of Sec-Fetch-Site.
		{"GET /x", own + "Sec-Fetch-Site: none\n", passes},
		{"GET /x", own + "Sec-Fetch-Site: same-origin\n", passes},
		{"GET /x", own + "Sec-Fetch-Site: same-site\n", foreign},
		{"GET /x", own + "Sec-Fetch-Site: cross-site\n", foreign},
		{"GET /x", own + "Sec-Fetch-Site: SAME-ORIGIN\n", foreign},
		{"GET /x", own + "Sec-Fetch-Site:\n", foreign},
		{"GET /x", own + "Sec-Fetch-Site: same-origin\nSec-Fetch-Site: cross-site\n", foreign},
		{"GET /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image\n", foreign},
		{"GET /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe\n", foreign},
		{"GET /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: embed\n", foreign},
		{"GET /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: cors\nSec-Fetch-Dest: empty\n", foreign},
		{"GET /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: document\n", foreign}, // a prerender
		{"POST /", own + "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\nContent-Length: 0\n", foreign},
		// Links of other sites may lead only to the home page.
		{"GET /", own + link, passes},
		{"GET /", own + strings.Replace(link, "cross", "same", 1), passes},
		{"GET /?", own + link, foreign},
		{"GET /?year=2003", own + link, foreign},
		{"GET /x", own + link, foreign},
		{"GET //", own + link, foreign},
		{"HEAD /", own + link, foreign},
		{"GET /", "Host: evil.test:P\n" + link, misdirected},
	}
	// Only patterns answer these methods, and browsers do not send them by themselves.
	for _, line := range []string{"PUT /any", "DELETE /any", "PATCH /any", "QUERY /any", "PUT /all", "DELETE /all", "PROPFIND /all", "TRACE /all"} {
		for header, want := range map[string]int{
			"": passes,
			"Origin: http://127.0.0.1:P\nSec-Fetch-Site: same-origin\n": passes,
			"Origin: null\nSec-Fetch-Site: same-origin\n":               passes,
			"Origin: http://evil.test\n":                                foreign,
			"Origin: http://127.0.0.1:1\n":                              foreign,
			"Origin: null\n":                                            foreign,
			"Origin: http://evil.test\nSec-Fetch-Site: cross-site\n":    foreign,
			"Sec-Fetch-Site: cross-site\n":                              foreign,
			"Sec-Fetch-Site: same-site\n":                               foreign,
			link:                                                        foreign,
		} {
			cases = append(cases, originCase{line, own + header + "Content-Length: 0\n", want})
		}
		cases = append(cases, originCase{line, "Host: evil.test:P\nContent-Length: 0\n", misdirected})
	}
	for _, c := range cases {
		before, refused := len(plugin.got), p.Refusals.Total()
		got := p.raw(t, c.line+" HTTP/1.1\n"+c.header+"Connection: close\n\n")
		if got.StatusCode != c.want {
			t.Errorf("%s with %q: status %d, want %d", c.line, c.header, got.StatusCode, c.want)
		}
		if arrived := len(plugin.got) > before; arrived != (c.want == passes) {
			t.Errorf("%s with %q: plug-in reached: %v", c.line, c.header, arrived)
		}
		byNetHTTP := strings.Contains(got.body, "The program cannot read this request")
		byServer := strings.Contains(got.body, "This page answers ")
		if counted := p.Refusals.Total() > refused; counted == (c.want == passes || byNetHTTP || byServer) {
			t.Errorf("%s with %q: counted: %v", c.line, c.header, counted)
		}
		if !byNetHTTP {
			checkHeader(t, got)
		}
		for name := range got.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s with %q: %s", c.line, c.header, name)
			}
		}
	}
	if got := p.raw(t, "GET /x HTTP/1.0\n\n"); got.StatusCode != misdirected {
		t.Errorf("HTTP/1.0 without a host: %s", got.Status)
	}
}

func TestOriginCheckAtPort80(t *testing.T) {
	c := Config{Name: "Plain", Refusals: new(Refusals)}.originCheck(80, nil, nil)
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		r := &http.Request{Method: "GET", Host: host, RequestURI: "/", Header: http.Header{"Origin": {"http://" + host}}}
		if no := c.check(r); no != nil {
			t.Errorf("%s: %v", host, no)
		}
	}
}

func TestRefusal(t *testing.T) {
	p := serve(t, plain{})
	got := p.raw(t, "POST /secret.page?password=secret HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://evil.test\nCookie: secret=1\nAuthorization: Basic secret\nContent-Length: 6\n\nsecret")
	for _, want := range []string{"<h1>Plain refused this request</h1>", "Another web page sent it.", "open Plain yourself"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%q is not on the page: %s", want, got.body)
		}
	}
	if kind := got.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" || !got.Close {
		t.Errorf("type %q, closes %v", kind, got.Close)
	}
	if csp := got.Header.Get("Content-Security-Policy"); csp != refusedPolicy[0] || got.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("policy %q, frames %q", csp, got.Header.Get("X-Frame-Options"))
	}
	if strings.Contains(got.body, "evil.test") || strings.Contains(got.body, "<script") {
		t.Errorf("the page has a part of the request, or a script: %s", got.body)
	}
	text := p.logged(t)
	for _, want := range []string{"request refused", "method=POST", "origin=http://evil.test", "refusals=1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the log: %s", want, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Errorf("the log has a secret: %s", text)
	}
	if page := p.page(t, "/app.log"); !strings.Contains(page.body, "refused since the start: 1") {
		t.Error("the log's page does not count refusals")
	}
}

func TestRefusalOfReboundName(t *testing.T) {
	p := serve(t, plain{})
	got := p.raw(t, "GET / HTTP/1.1\nHost: evil.test\n\n")
	if !strings.Contains(got.body, "<h1>This request was refused</h1>") || !strings.Contains(got.body, `Open <a href="http://127.0.0.1:`) || strings.Contains(got.body, "Plain") {
		t.Errorf("the page is %s", got.body)
	}
}

// Plug-ins may call the methods concurrently.
func TestSite_concurrent(t *testing.T) {
	const callers, calls = 8, 100
	s := serve(t, new(counter), routed(func(site *Site) error {
		var calling sync.WaitGroup
		for c := range callers {
			calling.Go(func() {
				for n := range calls {
					site.Warn("mind")
					if err := errors.Join(site.Landing(fmt.Sprintf("/in%d/%d", c, n)), site.Handle(fmt.Sprintf("/page%d/%d", c, n), http.NotFoundHandler())); err != nil {
						t.Error(err)
					}
				}
			})
		}
		calling.Wait()
		return nil
	}))
	if n := strings.Count(s.page(t, "/app.log").body, "mind"); n != callers*calls {
		t.Errorf("%d notices, want %d", n, callers*calls)
	}
}

func TestLanding(t *testing.T) {
	plugin := new(counter)
	s := serve(t, plugin, routed(func(site *Site) error {
		for _, path := range []string{"", "signed-in", "//evil.test", "/a?b", `/\evil.test`} {
			if err := site.Landing(path); err == nil || !strings.Contains(err.Error(), "use a path without a query") {
				t.Errorf("%q: %v", path, err)
			}
		}
		if err := site.Landing("/app.settings"); err == nil || !strings.Contains(err.Error(), "one of the program's own") {
			t.Error(err)
		}
		return site.Landing("/signed-in")
	}))
	const led = "Host: 127.0.0.1:P\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n"
	for _, c := range []struct {
		line, header string
		want         int
	}{
		{"GET /signed-in", led, passes},
		{"GET /signed-in?code=1&state=2", led, passes},
		{"GET /signed-in?code=1", led + "Sec-Purpose: prefetch\n", foreign},
		{"GET /signed-in?code=1", led + "Sec-Purpose: prefetch;prerender\n", foreign},
		{"GET /signed-in?code=1", led + "Origin: http://evil.test\n", foreign},
		{"POST /signed-in", led, foreign},
		{"HEAD /signed-in", led, foreign},
		{"GET /signed-in/", led, foreign},
		{"GET /SIGNED-IN", led, foreign},
		{"GET /other?code=1", led, foreign},
		{"GET /?code=1", led, foreign},
		{"GET /signed-in", "Host: evil.test\n", misdirected},
		{"GET /signed-in", strings.Replace(led, "document", "iframe", 1), foreign},
		{"GET /signed-in", strings.Replace(led, "navigate", "no-cors", 1), foreign},
	} {
		plugin.got = nil
		got := s.raw(t, c.line+" HTTP/1.1\n"+c.header+"Connection: close\n\n")
		if got.StatusCode != c.want || (len(plugin.got) > 0) != (c.want == passes) {
			t.Errorf("%s\n%s: %s, reached %q", c.line, c.header, got.Status, plugin.got)
		}
	}
}
