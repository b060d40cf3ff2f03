package web

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A clash has a page of the program's own.
type clash struct{ plain }

func (clash) OnAppLog(w *dibbler.Response, r *http.Request) error { return nil }

// appointments has pages whose names begin as the program's own do.
type appointments struct{ plain }

func (appointments) OnAppointments(w *dibbler.Response, r *http.Request) error { return nil }
func (appointments) OnAppLogin(w *dibbler.Response, r *http.Request) error     { return nil }

func TestClash(t *testing.T) {
	at := listen(t)
	_, err := New(Config{BareConfig: BareConfig{Plugins: []any{plain{}, clash{}}, Listeners: at}})
	if err == nil || !strings.Contains(err.Error(), "plug-in web.clash: OnAppLog serves a page of the program's own") {
		t.Error(err)
	}
	wantClosed(t, at)
	s := serve(t, appointments{})
	for _, target := range []string{"/appointments", "/app.login"} {
		if got := s.page(t, target); got.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", target, got.Status)
		}
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
	at := listen(t)
	if _, err := NewBare(BareConfig{Plugins: []any{panicky{}}, Listeners: at}); err == nil || !strings.Contains(err.Error(), "HTTPMethods of web.panicky panicked: oh") {
		t.Error(err)
	}
	wantClosed(t, at)
}

// listen returns the listeners of a server that is not to be made.
func listen(t *testing.T) []net.Listener {
	t.Helper()
	at, err := loopback.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { loopback.Close(at) })
	return at
}

// wantClosed checks that listeners are closed.
func wantClosed(t *testing.T, at []net.Listener) {
	t.Helper()
	again, err := loopback.Listen(loopback.Port(at))
	if err != nil {
		t.Errorf("the listeners were not closed: %v", err)
		return
	}
	loopback.Close(again)
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

func TestNotices(t *testing.T) {
	s := serveConfig(t, Config{BareConfig: BareConfig{Plugins: []any{sender{}}}, Warnings: []string{"<b>mind</b>"}})
	page := s.page(t, "/file").body
	if !strings.Contains(page, "&lt;b&gt;mind&lt;/b&gt;") || strings.Contains(page, "<b>") {
		t.Errorf("%s", page)
	}
}
