package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

var p2003 = time.Date(2003, 1, 1, 0, 0, 0, 0, time.UTC)

const htmlPage = "<!DOCTYPE html><title>x</title><p>A page.\n"

// sender answers in the way that its query says.
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

// OnSniffed leaves the type to be found out.
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
		"/sniffed": true,
		"/file":    true,
		"/flushed": true,

		"/header?Content-Type=text/plain":                                                         false,
		"/header?Content-Type=text/htmlx":                                                         false,
		"/header?Content-Type=application/xhtml%2Bxml":                                            false,
		"/header?body=text":                                                                       false,
		"/header?Content-Type=text/html&Content-Encoding=gzip":                                    false,
		"/header?Content-Type=text/html&Content-Disposition=Attachment%3B+filename=x":             false,
		"/header?Content-Type=text/html&Content-Security-Policy=default-src+'none'":               false,
		"/header?Content-Type=text/html&Content-Security-Policy=script-src+'nonce-x'":             false,
		"/header?Content-Type=text/html&Content-Security-Policy=img-src+*,script-src+'none'":      false,
		"/header?Content-Type=text/html&Content-Security-Policy=img-src+*%3Bform-action+'none'":   false,
		"/header?Content-Type=text/html&Content-Security-Policy=connect-src%3Bconnect-src+'self'": false,
		"/moved":    false,
		"/app.css":  false,
		"/app.js":   false,
		"/nowhere":  false, // the framework's own pages have a strict policy
		"/panic":    false,
		"/taken":    false,
		"/closed":   true, // it ends when the methlet returns
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
			t.Errorf("%s: Content-Length %s, and there are %d bytes", target, length, len(got.body))
		}
		// What can be cached as a part must not be of a page that is changed.
		if want && got.Header.Get("Accept-Ranges") != "" {
			t.Errorf("%s: Accept-Ranges", target)
		}
	}
}

func TestBarOnRequests(t *testing.T) {
	p := serve(t, sender{})
	for head, want := range map[string]bool{
		"GET /file HTTP/1.1\nAccept: text/html,*/*;q=0.8\n":                                                true,
		"GET /file HTTP/1.0\nAccept: text/html\n":                                                          true,
		"POST /file HTTP/1.1\nAccept: text/html\nContent-Length: 0\n":                                      true,
		"GET /file HTTP/1.1\n":                                                                             false, // of curl and the like
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
		t.Errorf("it looks whole: %q, %v", got.body, got.err)
	}
}

func TestEvents(t *testing.T) {
	p := serve(t, sender{})
	resp, err := http.Get(p.url + "app.events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	p.life.Shutdown()
	if text, err := io.ReadAll(resp.Body); string(text) != ":\n\nevent: end\ndata:\n\n" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestNotices(t *testing.T) {
	s := serveConfig(t, Config{BareConfig: BareConfig{Plugins: []any{sender{}}}, Warnings: []string{"<b>mind</b>"}})
	page := s.page(t, "/file").body
	if !strings.Contains(page, "&lt;b&gt;mind&lt;/b&gt;") || strings.Contains(page, "<b>") {
		t.Errorf("%s", page)
	}
}

func TestOwnPolicyAllowsBar(t *testing.T) {
	if !parsedAllowLine(policy) || !parsedAllowLine(policyOfOwn) {
		t.Errorf("%q, %q", policy, policyOfOwn)
	}
}

// A doer has lines in the tray.
type doer struct {
	plain
	mu    sync.Mutex
	items []dibbler.TrayItem
}

func (d *doer) TrayItems() []dibbler.TrayItem {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.items
}

func (d *doer) set(items ...dibbler.TrayItem) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items = items
}

func TestBarItems(t *testing.T) {
	done := make(chan struct{}, 10)
	p := serve(t, sender{}, &doer{items: []dibbler.TrayItem{
		{Label: "To <page>", Page: "/?a=1&b=2"},
		{Label: "Do", Do: func(context.Context) error { done <- struct{}{}; return nil }},
		{Label: "Fail", Do: func(context.Context) error { return fmt.Errorf("no luck") }},
		{Label: "Panic", Do: func(context.Context) error { panic("oh") }},
		{Label: "Nothing"},
	}})
	page := p.page(t, "/file").body
	if !strings.Contains(page, `<a href="/?a=1&amp;b=2" target="_top">To &lt;page&gt;</a>`) || !strings.Contains(page, `name="n" value="1"><input type="hidden" name="label" value="Do"><input type="hidden" name="page" value="/"><button>Do</button>`) {
		t.Errorf("%s", page)
	}
	for form, want := range map[string]int{
		"n=1&label=Do": 303, "n=2&label=Fail": 500, "n=3&label=Panic": 500,
		"n=0&label=To+%3Cpage%3E": 404, "n=4&label=Nothing": 404, "n=5&label=Do": 404, "n=-1&label=Do": 404,
		"n=1": 404, "n=1&label=Fail": 404, "n=2&label=Do": 404, // another one than was shown
		"n=x": 400, "": 400,
	} {
		if got := p.submit(t, "/app.item", form); got.StatusCode != want {
			t.Errorf("%q: %s", form, got.Status)
		}
	}
	<-done
	if got := p.page(t, "/app.item?n=1"); got.StatusCode != notAllowed || len(done) > 0 {
		t.Errorf("GET: %s, done %d times", got.Status, len(done))
	}
}

// TestBarOnOwnPages: they have a menu of their own.
func TestBarOnOwnPages(t *testing.T) {
	s := serve(t, plain{})
	for _, page := range []string{"/app.settings", "/app.log", "/app.shutdown"} {
		body := s.page(t, page).body
		if !strings.Contains(body, script().url) || strings.Contains(body, "dibbler-bar") || strings.Count(body, `href="/app.log"`) != 1 {
			t.Errorf("%s: %s", page, body)
		}
	}
	s.Warnings = []string{"mind"}
	s = serveConfig(t, s.Config)
	if body := s.page(t, "/app.log").body; strings.Count(body, "mind") != 1 || strings.Count(body, `href="/app.log"`) != 1 {
		t.Errorf("with a notice: %s", body)
	}
}

// TestItemComesBack sees that an item of the bar leads to the page that it was on,
// and never elsewhere.
func TestItemComesBack(t *testing.T) {
	s := serve(t, &doer{items: []dibbler.TrayItem{{Label: "Do", Do: func(context.Context) error { return nil }}}})
	for page, want := range map[string]string{
		"/":                     "/",
		"/list?from=a%20b#here": "/list?from=a%20b#here",
		"/a//b":                 "/a//b",
		"":                      "/",
		"list":                  "/",
		"//evil.test":           "/",
		`/\evil.test`:           "/",
		"/\t/evil.test":         "/",
		"/\n/evil.test":         "/",
		"http://evil.test/":     "/",
		"javascript:alert(1)":   "/",
	} {
		got := s.submit(t, "/app.item", url.Values{"n": {"0"}, "label": {"Do"}, "page": {page}}.Encode())
		if at := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || at != want {
			t.Errorf("from %q: %s to %q, want %q", page, got.Status, at, want)
		}
	}
}

func TestScriptIsKept(t *testing.T) {
	s := serve(t, plain{})
	for target, want := range map[string]string{
		script().url:      "max-age=31536000, immutable",
		"/app.js":         "no-store",
		"/app.js?v=other": "no-store",
	} {
		got := s.page(t, target)
		if got.body != string(script().content) || got.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %s, Cache-Control is %q, want %q", target, got.Status, got.Header.Get("Cache-Control"), want)
		}
	}
}

// TestBarIsFresh sees that a line is not kept longer than what it shows.
func TestBarIsFresh(t *testing.T) {
	d := new(doer)
	s := serve(t, sender{}, d)
	for _, item := range []dibbler.TrayItem{
		{Label: "One", Page: "/one"},
		{Label: "Two", Page: "/one"},
		{Label: "Two", Page: "/two"},
		{Label: "Two"},
		{Label: "Two", Do: func(context.Context) error { return nil }},
	} {
		d.set(item)
		s.Desk.Refresh()
		b := s.bar(nil)
		fresh, err := b.line(true)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if page := s.page(t, "/file").body; page != htmlPage+string(fresh) || !strings.Contains(page, item.Label) {
				t.Errorf("%s: %s", item.Label, page)
			}
		}
	}
	d.set()
	s.Desk.Refresh()
	if page := s.page(t, "/file").body; strings.Contains(page, "Two") {
		t.Errorf("%s", page)
	}
}

// TestBarDoesNotWait: a plug-in whose TrayItems hangs holds up no page.
func TestBarDoesNotWait(t *testing.T) {
	h := &hanger{hangs: make(chan struct{}), asked: make(chan struct{}, 10)}
	s := serve(t, sender{}, h)
	<-h.asked // at the start
	h.hang.Store(true)
	t.Cleanup(func() { close(h.hangs) })
	s.page(t, "/file")
	<-h.asked // because of that
	if page := s.page(t, "/file").body; !strings.HasPrefix(page, htmlPage) || !strings.Contains(page, "/app.js") {
		t.Errorf("%s", page)
	}
}

type hanger struct {
	plain
	hang  atomic.Bool
	hangs chan struct{}
	asked chan struct{}
}

func (h *hanger) TrayItems() []dibbler.TrayItem {
	h.asked <- struct{}{}
	if h.hang.Load() {
		<-h.hangs
	}
	return nil
}

// TestBarIsCheap compares no times: making a line takes hundreds of allocations.
func TestBarIsCheap(t *testing.T) {
	s := serve(t, sender{}, &doer{items: []dibbler.TrayItem{{Label: "One", Page: "/one"}}})
	b := s.bar(nil)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := b.line(true); err != nil {
			t.Error(err)
		}
	}); n > 5 {
		t.Errorf("%v allocations", n)
	}
}
