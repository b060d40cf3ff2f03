package web

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A counter notes what gets through the doors.
type counter struct{ got []string }

func (c *counter) OnUnknown(w *dibbler.Response, r *http.Request) error {
	c.got = append(c.got, r.Method+" "+r.RequestURI)
	w.WriteOKHeaders("text/plain")
	_, err := w.WriteString("let in")
	return err
}

func (c *counter) OnHome(w *dibbler.Response, r *http.Request) error { return c.OnUnknown(w, r) }

const (
	in          = http.StatusOK
	foreign     = http.StatusForbidden
	misdirected = http.StatusMisdirectedRequest
	notAllowed  = http.StatusMethodNotAllowed
	bad         = http.StatusBadRequest
)

func TestOriginCheck(t *testing.T) {
	visitors := new(counter)
	p := serve(t, visitors)
	const own = "Host: 127.0.0.1:P\n"
	link := "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n"
	for _, c := range []struct {
		line, header string
		want         int
	}{
		// Every name that is ours.
		{"GET /x", own, in},
		{"GET /x", "Host: localhost:P\n", in},
		{"GET /x", "Host: [::1]:P\n", in},
		// Names that a rebound name, a prefix or another spelling could be.
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
		{"GET /x", "Host: LOCALHOST:P\n", in}, // names have no case
		{"GET /x", "Host: LocalHost:P\n", in},
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
		// Hosts in the target. RFC 9112 has the target win.
		{"GET http://evil.test/x", own, misdirected},
		{"GET http://127.0.0.1:P/x", own, in},
		{"GET HTTP://LOCALHOST:P/x", own, in},
		{"GET http://127.0.0.1:P", own, in}, // the home page
		{"GET https://127.0.0.1:P/x", own, bad},
		{"GET http:///x", own, bad},
		{"GET http://evil.test@127.0.0.1:P/x", own, bad},
		{"GET http://127.0.0.1:P/x", "Host: evil.test\n", in}, // which the target overrides
		{"GET http://evil.test/x", "Host: evil.test\n", misdirected},
		{"GET //evil.test/x", own, in}, // a path, if an odd one
		{"OPTIONS *", own, notAllowed},
		{"GET *", own, bad},
		{"CONNECT 127.0.0.1:P", own, notAllowed},
		{"CONNECT evil.test:80", own, misdirected},
		// Methods.
		{"HEAD /x", own, in},
		{"POST /x", own + "Content-Length: 0\n", in},
		{"PUT /x", own + "Content-Length: 0\n", notAllowed},
		{"DELETE /x", own, notAllowed},
		{"PATCH /x", own + "Content-Length: 0\n", notAllowed},
		{"OPTIONS /x", own, notAllowed},
		{"TRACE /x", own, notAllowed},
		{"PROPFIND /x", own, notAllowed},
		{"get /x", own, notAllowed},
		{"OPTIONS /x", own + "Origin: http://evil.test\nAccess-Control-Request-Method: PUT\nAccess-Control-Request-Private-Network: true\n", notAllowed},
		// Origins, on every method.
		{"GET /x", own + "Origin: http://127.0.0.1:P\n", in},
		{"GET /x", own + "Origin: http://localhost:P\n", in},
		{"GET /x", own + "Origin: http://[::1]:P\n", in},
		{"POST /x", own + "Origin: http://127.0.0.1:P\nContent-Length: 0\n", in},
		{"GET /x", own + "Origin: http://evil.test\n", foreign},
		{"POST /x", own + "Origin: http://evil.test\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nContent-Length: 0\n", foreign},
		{"POST /x", own + "Origin: null\nSec-Fetch-Site: same-origin\nContent-Length: 0\n", in}, // our own form, without a referrer
		{"GET /x", own + "Origin: null\nSec-Fetch-Site: same-origin\n", in},
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
		// What browsers say of where a request comes from.
		{"GET /x", own + "Sec-Fetch-Site: none\n", in},
		{"GET /x", own + "Sec-Fetch-Site: same-origin\n", in},
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
		// A link from elsewhere, to the home page only.
		{"GET /", own + link, in},
		{"GET /", own + strings.Replace(link, "cross", "same", 1), in},
		{"GET /?", own + link, foreign},
		{"GET /?year=2003", own + link, foreign},
		{"GET /x", own + link, foreign},
		{"GET //", own + link, foreign},
		{"HEAD /", own + link, foreign},
		{"GET /", "Host: evil.test:P\n" + link, misdirected},
	} {
		before, refused := len(visitors.got), p.Refusals.Total()
		got := p.raw(t, c.line+" HTTP/1.1\n"+c.header+"Connection: close\n\n")
		if got.StatusCode != c.want {
			t.Errorf("%s with %q: status %d, want %d", c.line, c.header, got.StatusCode, c.want)
		}
		if arrived := len(visitors.got) > before; arrived != (c.want == in) {
			t.Errorf("%s with %q: plug-in reached: %v", c.line, c.header, arrived)
		}
		byNetHTTP := strings.Contains(got.body, "The program cannot read this request")
		if counted := p.Refusals.Total() > refused; counted == (c.want == in || byNetHTTP) {
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
		t.Errorf("HTTP/1.0 without a name: %s", got.Status)
	}
}

// checkHeader looks for what every answer carries.
func checkHeader(t *testing.T, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
		"Referrer-Policy":              "same-origin",
	} {
		if got := a.Header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	csp, frames := a.Header.Get("Content-Security-Policy"), a.Header.Values("X-Frame-Options")
	if !strings.Contains(csp, "frame-ancestors 'none'") && !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("Content-Security-Policy is %q", csp)
	}
	if len(frames) != 1 || frames[0] != "DENY" && frames[0] != "SAMEORIGIN" {
		t.Errorf("X-Frame-Options is %q", frames)
	}
}

func TestOpenerPolicy(t *testing.T) {
	s := serve(t, plain{})
	for site, want := range map[string]string{
		"":                             "same-origin-allow-popups",
		"Sec-Fetch-Site: cross-site\n": "same-origin-allow-popups",
		"Sec-Fetch-Site: same-site\n":  "same-origin-allow-popups",
		"Sec-Fetch-Site: none\nSec-Fetch-Site: cross-site\n": "same-origin-allow-popups",
		"Sec-Fetch-Site: none\n":                             "",
		"Sec-Fetch-Site: same-origin\n":                      "",
	} {
		got := s.raw(t, "GET / HTTP/1.1\nHost: 127.0.0.1:P\nConnection: close\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n"+site+"\n")
		if policy := got.Header.Get("Cross-Origin-Opener-Policy"); policy != want {
			t.Errorf("%q: %s, policy %q, want %q", site, got.Status, policy, want)
		}
	}
}

func TestFrames(t *testing.T) {
	s := serve(t, plain{})
	for target, own := range map[string]bool{"/": false, "/APP.Settings": true, "/.app.settings": true, "/app.settings": true, "/app.log": true, "/app.shutdown": true} {
		h := s.page(t, target).Header
		csp, frames := "frame-ancestors 'self'", "SAMEORIGIN"
		if own { // a page of a plug-in could lay something over its buttons
			csp, frames = "frame-ancestors 'none'", "DENY"
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), csp) || h.Get("X-Frame-Options") != frames {
			t.Errorf("%s: %q, %q", target, h.Get("Content-Security-Policy"), h.Get("X-Frame-Options"))
		}
	}
}

// unruly has a page for each way in which an answer can come about.
type unruly struct{}

func (unruly) OnPanic(w *dibbler.Response, r *http.Request) error { panic("oh") }
func (unruly) OnError(w *dibbler.Response, r *http.Request) error { return os.ErrClosed }
func (unruly) OnEmpty(w *dibbler.Response, r *http.Request) error { return nil }
func (unruly) OnMoved(w *dibbler.Response, r *http.Request) error {
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
func (unruly) OnRange(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain")
	http.ServeContent(w, r, "", p2003, strings.NewReader("some text"))
	return nil
}

func TestSecurityHeaders(t *testing.T) {
	p := serve(t, unruly{}, plain{})
	for target, want := range map[string]int{
		"/": 200, "/nowhere": 404, "/incoming.connection": 404, "/panic": 500, "/error": 500, "/empty": 200, "/moved": 303,
		"/range": 200, "/app.css": 200, "/app.js": 200, "/app.log": 200, "/app.settings": 200, "/app.shutdown": 200,
		"/app.item": 400, "/favicon.ico": 200,
	} {
		got := p.page(t, target)
		if got.StatusCode != want {
			t.Errorf("%s: status %d, want %d", target, got.StatusCode, want)
		}
		t.Run(target, func(t *testing.T) { checkHeader(t, got) })
	}
	for header, want := range map[string]int{
		"Range: bytes=100-200\n": 416, "Range: bytes=1-2\n": 206, "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\n": 304,
	} {
		got := p.raw(t, "GET /range HTTP/1.1\nHost: 127.0.0.1:P\n"+header+"\n")
		if got.StatusCode != want {
			t.Errorf("%s: status %d, want %d", header, got.StatusCode, want)
		}
		checkHeader(t, got)
	}
}

func TestRefusal(t *testing.T) {
	p := serve(t, plain{})
	got := p.raw(t, "POST /secret.page?password=secret HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://evil.test\nCookie: secret=1\nAuthorization: Basic secret\nContent-Length: 6\n\nsecret")
	for _, want := range []string{"<h1>Plain has refused this request</h1>", "Another web page sent it.", "open Plain yourself"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%q is not on the page: %s", want, got.body)
		}
	}
	if kind := got.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" || !got.Close {
		t.Errorf("type %q, closes %v", kind, got.Close)
	}
	if strings.Contains(got.body, "evil.test") || strings.Contains(got.body, "<script") {
		t.Errorf("the page has what it was sent, or a script: %s", got.body)
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
	if !strings.Contains(got.body, "<h1>This request is refused</h1>") || !strings.Contains(got.body, "Open http://127.0.0.1:") || strings.Contains(got.body, "Plain") {
		t.Errorf("the page is %s", got.body)
	}
}

func TestRefusalsAreLoggedSeldom(t *testing.T) {
	p := serve(t, plain{})
	long := strings.Repeat("x", 1000)
	const times = 20
	for range times {
		p.raw(t, "GET / HTTP/1.1\nHost: "+long+"\n\n")
	}
	if n := p.Refusals.Total(); n != times {
		t.Errorf("%d refusals are counted", n)
	}
	text := p.logged(t)
	if n := strings.Count(text, "request refused"); n == 0 || n == times || strings.Contains(text, long) {
		t.Errorf("%d lines: %s", n, text)
	}
}

// more is a plug-in with more methods.
type more struct{ plain }

func (more) HTTPMethods() []string { return []string{"PUT"} }

func (more) OnMethod(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprint(w, r.Method)
	return err
}

func TestHTTPMethods(t *testing.T) {
	p := serve(t, more{})
	if got := p.raw(t, "PUT /method HTTP/1.1\nHost: 127.0.0.1:P\nContent-Length: 0\n\n"); got.body != "PUT" {
		t.Errorf("PUT: %s, %q", got.Status, got.body)
	}
	if got := p.raw(t, "PUT /method HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://evil.test\nContent-Length: 0\n\n"); got.StatusCode != foreign {
		t.Errorf("PUT of another page: %s", got.Status)
	}
	got := p.raw(t, "DELETE /method HTTP/1.1\nHost: 127.0.0.1:P\n\n")
	if got.StatusCode != notAllowed || got.Header.Get("Allow") != "GET, HEAD, POST, PUT" {
		t.Errorf("DELETE: %s, Allow: %s", got.Status, got.Header.Get("Allow"))
	}
}

type panicky struct{ plain }

func (panicky) HTTPMethods() []string { panic("oh") }

func TestHTTPMethodsPanics(t *testing.T) {
	at, err := loopback.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewBare(BareConfig{Plugins: []any{panicky{}}, Listeners: at}); err == nil || !strings.Contains(err.Error(), "HTTPMethods of web.panicky panicked: oh") {
		t.Error(err)
	}
	if again, err := loopback.Listen(loopback.Port(at)); err != nil {
		t.Errorf("the listeners were not closed: %v", err)
	} else {
		loopback.Close(again)
	}
}

func TestOriginCheckAtPort80(t *testing.T) {
	d := newOriginCheck("Plain", 80, nil, new(Refusals), nil)
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		r := &http.Request{Method: "GET", Host: host, RequestURI: "/", Header: http.Header{"Origin": {"http://" + host}}}
		if no := d.check(r); no != nil {
			t.Errorf("%s: %v", host, no)
		}
	}
}

func TestMaxBody(t *testing.T) {
	form := "port=8888&openBrowser=on"
	for _, c := range []struct {
		most int64
		want int
	}{{0, http.StatusOK}, {int64(len(form)), http.StatusOK}, {int64(len(form)) - 1, http.StatusRequestEntityTooLarge}} {
		p := serveConfig(t, Config{BareConfig: BareConfig{Plugins: []any{plain{}}, MaxBody: c.most}})
		if got := p.submit(t, "/app.settings", form); got.StatusCode != c.want {
			t.Errorf("at most %d: %s", c.most, got.Status)
		}
	}
}
