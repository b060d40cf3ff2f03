package dibbler

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"testing"
)

func TestHomeURL(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8888": "http://127.0.0.1:8888/", "0.0.0.0:80": "http://127.0.0.1:80/", "[::]:80": "http://[::1]:80/", "[::1]:8888": "http://[::1]:8888/",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := homeURL(tcp); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
	if s := new(Server); s.URL() != "" {
		t.Error("a server that was not added has a URL:", s.URL())
	}
}

func TestListeners(t *testing.T) {
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{loopback(t), loopback(t)}
	start(t, &Context{}, s)
	for _, l := range s.Listeners {
		if _, body := get(t, homeURL(l.Addr())+"first"); body != "first of 1" {
			t.Errorf("at %v: %q", l.Addr(), body)
		}
	}
}

// The Accept of a brokenListener fails after broken is closed.
type brokenListener struct {
	net.Listener
	broken chan struct{}
}

func (m brokenListener) Accept() (net.Conn, error) {
	conn, err := m.Listener.Accept()
	select {
	case <-m.broken:
		return nil, errors.New("the network is gone")
	default:
		return conn, err
	}
}

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestListeners_fail(t *testing.T) {
	good, bad := loopback(t), brokenListener{loopback(t), make(chan struct{})}
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{good, bad}
	var logs logBuffer
	s.Logger = logs.logger()
	e := start(t, &Context{}, s)
	idle := dial(t, homeURL(good.Addr()))
	request(idle, "/first")
	wantAnswer(t, idle, "first of 1")
	close(bad.broken)
	dial(t, homeURL(bad.Addr()))
	err := e.wait()
	if err == nil {
		t.Fatal("no error")
	}
	wantText(t, err.Error(), "the network is gone", bad.Addr().String())
	wantText(t, logs.String(), "the network is gone")
}

func TestListeners_closed(t *testing.T) {
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{loopback(t)}
	keep := register(t, &pages1{})
	e := start(t, &Context{}, keep, s)
	if err := e.Remove(s); err != nil {
		t.Fatal(err)
	}
	if err := e.Add(s); err == nil {
		t.Error("Add of closed listeners: no error")
	}
	if _, body := get(t, keep.URL()+"first"); body != "first of 1" {
		t.Errorf("%q", body)
	}
	s.Listeners = []net.Listener{loopback(t)}
	if err := e.Add(s); err != nil {
		t.Error(err)
	}
}

// A Unix socket has no URL.
func TestListeners_unix(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Skip(err)
	}
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{l}
	launched := make(chan string, 1)
	e := start(t, &Context{LaunchBrowser: func(url string) error { launched <- url; return nil }}, s)
	conn, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	wantAnswer(t, conn, "first of 1")
	conn.Close()
	e.Stop()
	e.wantEnd()
	if s.URL() != "" || len(launched) > 0 {
		t.Errorf("URL %q, browser launched %d times", s.URL(), len(launched))
	}
}
