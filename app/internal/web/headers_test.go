package web

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

// checkHeader checks the header fields of every answer.
func checkHeader(t *testing.T, a answer) {
	t.Helper()
	if got := a.Header.Values("Cache-Control"); len(got) != 1 || got[0] != "no-store" && a.Header.Get("Etag") == "" {
		t.Errorf("Cache-Control is %q", got)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
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

// unruly has pages for all kinds of answers.
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
	s := serveConfig(t, Config{
		Plugins: []any{plain{}},
		Upgrade: func() (string, bool) { return "newer", true }, // required for the page /app.restart
	})
	for target, own := range map[string]bool{"/": false, "/APP.Settings": true, "/.app.settings": true, "/app.settings": true, "/app.log": true, "/app.shutdown": true, "/app.restart": true} {
		h := s.page(t, target).Header
		csp, frames := "frame-ancestors 'self'", "SAMEORIGIN"
		if own { // otherwise a page of a plug-in could cover its buttons
			csp, frames = "frame-ancestors 'none'", "DENY"
		}
		if !strings.Contains(h.Get("Content-Security-Policy"), csp) || h.Get("X-Frame-Options") != frames {
			t.Errorf("%s: %q, %q", target, h.Get("Content-Security-Policy"), h.Get("X-Frame-Options"))
		}
	}
}
