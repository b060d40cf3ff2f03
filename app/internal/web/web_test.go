package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A clash serves one of the program's own pages.
type clash struct{ plain }

func (clash) OnAppLog(w *dibbler.Response, r *http.Request) error { return nil }

// appointments has pages whose names begin with app, without a dot.
type appointments struct{ plain }

func (appointments) OnAppointments(w *dibbler.Response, r *http.Request) error { return nil }
func (appointments) OnAppLogin(w *dibbler.Response, r *http.Request) error     { return nil }

func TestClash(t *testing.T) {
	at := listen(t)
	_, err := New(Config{Plugins: []any{plain{}, clash{}}, Listeners: at})
	if err == nil || !strings.Contains(err.Error(), "plug-in web.clash: OnAppLog serves one of the program's own pages") {
		t.Error(err)
	}
	s := serve(t, appointments{})
	for _, target := range []string{"/appointments", "/app.login"} {
		if got := s.page(t, target); got.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", target, got.Status)
		}
	}
}

// routed is a plug-in that changes the site at the start.
type routed func(*Site) error

func (f routed) start(s *Site) error { return f(s) }

func (routed) OnHome(w *dibbler.Response, r *http.Request) error { return plain{}.OnHome(w, r) }

// TestPatterns: pages answer only the methods in their patterns.
func TestPatterns(t *testing.T) {
	s := serve(t, routed(func(site *Site) error {
		var errs []error
		for _, pattern := range []string{"PUT /{$}", "DELETE /note/{id}", "PATCH /note/{id}", "/dav/"} {
			errs = append(errs, site.Handle(pattern, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method, r.PathValue("id")) }))
		}
		for _, pattern := range []string{"PUT /app.settings", "/app.mine", "GET\t/app.log", "GET 127.0.0.1/app.log"} {
			if err := site.Handle(pattern, http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), "are the program's own") {
				t.Errorf("%s: %v", pattern, err)
			}
		}
		return errors.Join(errs...)
	}))
	for _, c := range []struct{ line, want, allow string }{
		{"GET /", "home of plain", ""},
		{"PUT /", "PUT", ""},
		{"DELETE /", "", "GET, HEAD, POST, PUT"},
		{"DELETE /note/7", "DELETE7", ""},
		{"PATCH /note/7", "PATCH7", ""},
		{"GET /note/7", "", "DELETE, PATCH"},
		{"PROPFIND /dav/x", "PROPFIND", ""},
		{"DELETE /app.settings", "", "GET, HEAD, POST"},
	} {
		got := s.raw(t, c.line+" HTTP/1.1\nHost: 127.0.0.1:P\nContent-Length: 0\n\n")
		if c.allow == "" && got.body != c.want || got.Header.Get("Allow") != c.allow || (got.StatusCode == notAllowed) != (c.allow != "") {
			t.Errorf("%s: %s, Allow: %s, %.100q", c.line, got.Status, got.Header.Get("Allow"), got.body)
		}
	}
}

// listen returns listeners for a server that cannot be made.
func listen(t *testing.T) []net.Listener {
	t.Helper()
	at, err := loopback.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { loopback.Close(at) })
	return at
}

func TestMaxBody(t *testing.T) {
	form := "port=8888&openBrowser=on"
	for _, c := range []struct {
		most int64
		want int
	}{{0, http.StatusOK}, {int64(len(form)), http.StatusOK}, {int64(len(form)) - 1, http.StatusRequestEntityTooLarge}} {
		p := serveConfig(t, Config{Plugins: []any{plain{}}, MaxBody: c.most})
		if got := p.submit(t, "/app.settings", form); got.StatusCode != c.want {
			t.Errorf("at most %d: %s", c.most, got.Status)
		}
	}
}

func TestNotices(t *testing.T) {
	s := serveConfig(t, Config{Plugins: []any{sender{}}, Warnings: []string{"<b>mind</b>"}})
	page := s.page(t, "/file").body
	if !strings.Contains(page, "&lt;b&gt;mind&lt;/b&gt;") || strings.Contains(page, "<b>") {
		t.Errorf("%s", page)
	}
}
