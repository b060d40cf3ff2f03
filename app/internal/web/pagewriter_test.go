package web

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

var p2003 = time.Date(2003, 1, 1, 0, 0, 0, 0, time.UTC)

const htmlPage = "<!DOCTYPE html><title>x</title><p>A page.\n"

// sender answers as its query says.
type sender struct{}

func (sender) OnHeader(w *dibbler.Response, r *http.Request) error {
	body := htmlPage
	status := http.StatusOK
	for name, values := range r.URL.Query() {
		switch name {
		case "status":
			status, _ = strconv.Atoi(values[0])
		case "body":
			body = values[0]
		default:
			w.Header()[name] = values
		}
	}
	w.WriteHeader(status)
	_, err := w.WriteString(body)
	return err
}

// OnSniffed does not set the content type.
func (sender) OnSniffed(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString(htmlPage)
	return err
}

func (sender) OnFile(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", p2003, strings.NewReader(htmlPage))
	return nil
}

func (sender) OnFlushed(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Content-Length", strconv.Itoa(len(htmlPage)))
	w.Flush()
	_, err := w.WriteString(htmlPage)
	return err
}

func (sender) OnHalf(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	w.WriteString(htmlPage)
	w.Flush()
	panic("half-way")
}

func (sender) OnTaken(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Content-Type", "text/html")
	conn, _, err := w.Hijack()
	if err != nil {
		return err
	}
	_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken")
	return errors.Join(err, conn.Close())
}

// OnSwitched answers with a status, as WebSocket libraries do, and takes the connection.
func (sender) OnSwitched(w *dibbler.Response, r *http.Request) error {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "spam")
	w.WriteHeader(http.StatusSwitchingProtocols)
	conn, _, err := w.Hijack()
	if err != nil {
		return err
	}
	return conn.Close()
}

func (sender) OnClosed(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	w.WriteString(htmlPage)
	return w.Close()
}

func TestBarOnAnswers(t *testing.T) {
	p := serve(t, sender{}, unruly{})
	for target, want := range map[string]bool{
		"/header?Content-Type=text/html":                  true,
		"/header?Content-Type=text/html%3B+charset=utf-8": true,
		"/header?Content-Type=TEXT/HTML":                  true,
		"/header":                                         true, // it is recognised
		"/header?status=404&Content-Type=text/html":       true,
		"/header?Content-Disposition=inline":              true,
		"/header?Content-Type=text/html&Content-Length=" + strconv.Itoa(len(htmlPage)):                                   true,
		"/header?Content-Security-Policy=default-src+'self'":                                                             true,
		"/header?Content-Security-Policy=default-src+'none'%3Bscript-src+'self'%3Bstyle-src+'none'%3Bconnect-src+'self'": true,
		"/header?Content-Security-Policy=frame-ancestors+'none'":                                                         true,
		"/header?Content-Security-Policy=sandbox+allow-scripts+allow-same-origin+allow-forms":                            true,
		"/sniffed": true,
		"/file":    true,
		"/flushed": true,

		"/header?Content-Type=text/plain":                                                                     false,
		"/header?Content-Type=text/htmlx":                                                                     false,
		"/header?Content-Type=application/xhtml%2Bxml":                                                        false,
		"/header?body=text":                                                                                   false,
		"/header?Content-Type=text/html&Content-Encoding=gzip":                                                false,
		"/header?Content-Type=text/html&Content-Disposition=Attachment%3B+filename=x":                         false,
		"/header?Content-Type=text/html&Content-Security-Policy=default-src+'none'":                           false,
		"/header?Content-Type=text/html&Content-Security-Policy=script-src+'nonce-x'":                         false,
		"/header?Content-Type=text/html&Content-Security-Policy=img-src+*,script-src+'none'":                  false,
		"/header?Content-Type=text/html&Content-Security-Policy=img-src+*%3Bform-action+'none'":               false,
		"/header?Content-Type=text/html&Content-Security-Policy=connect-src%3Bconnect-src+'self'":             false,
		"/header?Content-Type=text/html&Content-Security-Policy=sandbox+allow-scripts+allow-forms":            false,
		"/header?Content-Type=text/html&Content-Security-Policy=script-src+'self'+'strict-dynamic'+'nonce-x'": false,
		"/moved":    false,
		"/app.css":  false,
		"/app.js":   false,
		"/nowhere":  false, // the framework's own pages have a strict policy
		"/panic":    false,
		"/taken":    false,
		"/closed":   true, // ends when the methlet returns
		"/range":    false,
		"/app.item": false,
	} {
		got := p.page(t, target)
		if got.err != nil {
			t.Errorf("%s: %v", target, got.err)
		}
		script := strings.Contains(got.body, `<script src="`+script().url+`" data-name="Plain" async></script>`)
		bar := strings.Contains(got.body, `action="/app.shutdown" target="_top"><button>Shut down`)
		if script != want || bar != want {
			t.Errorf("%s: script %v, bar %v, want %v: %s", target, script, bar, want, got.body)
		}
		if length := got.Header.Get("Content-Length"); length != "" && length != strconv.Itoa(len(got.body)) {
			t.Errorf("%s: Content-Length %s, but %d bytes", target, length, len(got.body))
		}
		// Ranges of a page with a tail must not be cached.
		if want && got.Header.Get("Accept-Ranges") != "" {
			t.Errorf("%s: Accept-Ranges", target)
		}
	}
}

// The status of an answer that takes the connection is sent.
func TestHijack(t *testing.T) {
	s := serve(t, sender{})
	got := s.raw(t, "GET /switched HTTP/1.1\nHost: 127.0.0.1:P\nConnection: Upgrade\nUpgrade: spam\n\n")
	if got.StatusCode != http.StatusSwitchingProtocols || got.Header.Get("Upgrade") != "spam" {
		t.Errorf("%s, %v", got.Status, got.Header)
	}
}

// If a middleware and the page set a status, the first one counts, as in net/http.
func TestStatus_twice(t *testing.T) {
	s := serveConfig(t, Config{Plugins: []any{sender{}}, Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			next.ServeHTTP(w, r)
		})
	}})
	if got := s.page(t, "/sniffed"); got.StatusCode != http.StatusTeapot || !strings.Contains(got.body, "dibbler-bar") {
		t.Errorf("%s: %s", got.Status, got.body)
	}
}

func TestBarOnRequests(t *testing.T) {
	p := serve(t, sender{})
	for head, want := range map[string]bool{
		"GET /file HTTP/1.1\nAccept: text/html,*/*;q=0.8\n":                                                true,
		"GET /file HTTP/1.0\nAccept: text/html\n":                                                          true,
		"POST /file HTTP/1.1\nAccept: text/html\nContent-Length: 0\n":                                      true,
		"GET /file HTTP/1.1\n":                                                                             false, // curl and similar clients
		"GET /file HTTP/1.1\nAccept: */*\n":                                                                false,
		"GET /file HTTP/1.1\nAccept: text/html\nSec-Fetch-Dest: empty\n":                                   false, // for a script
		"GET /file HTTP/1.1\nSec-Fetch-Dest: iframe\n":                                                     false,
		"GET /file HTTP/1.1\nSec-Fetch-Dest: frame\n":                                                      true,
		"GET /file HTTP/1.1\nSec-Fetch-Dest: document\n":                                                   true,
		"GET /file HTTP/1.1\nSec-Fetch-Dest: empty\n":                                                      false, // for a script
		"GET /file HTTP/1.1\nSec-Fetch-Dest: document\nRange: bytes=0-3\n":                                 false,
		"GET /file HTTP/1.1\nSec-Fetch-Dest: document\nRange: bytes=0-1,3-4\n":                             false,
		"GET /file HTTP/1.1\nSec-Fetch-Dest: document\nIf-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\n": false,
	} {
		got := p.raw(t, head+"Host: 127.0.0.1:P\nConnection: close\n\n")
		if has := strings.Contains(got.body, "/app.js"); has != want || got.err != nil {
			t.Errorf("%q: %v, want %v: %s, %v", head, has, want, got.body, got.err)
		}
		if want && !strings.HasPrefix(got.body, htmlPage) {
			t.Errorf("%q: %s", head, got.body)
		}
	}
	got := p.raw(t, "HEAD /file HTTP/1.1\nHost: 127.0.0.1:P\nAccept: text/html\n\n")
	if got.body != "" || got.Header.Get("Content-Length") != "" {
		t.Errorf("HEAD: %q, %v", got.body, got.Header)
	}
}

func TestBarAfterPanic(t *testing.T) {
	p := serve(t, sender{})
	got := p.page(t, "/half")
	if got.err == nil || strings.Contains(got.body, "/app.js") {
		t.Errorf("it looks complete: %q, %v", got.body, got.err)
	}
}

// The policies of our own pages are allowed without parsing them. With a semicolon, they are
// parsed.
func TestBarUnderOwnPolicy(t *testing.T) {
	for _, own := range []string{policy[0], policyOfOwn[0]} {
		if !allowsTail([]string{own + ";"}) {
			t.Errorf("%q", own)
		}
	}
}
