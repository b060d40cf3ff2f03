package dibbler

import (
	"io"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
)

// A filterFunc is a plug-in with a filter and no pages.
type filterFunc func(net.Conn) bool

func (f filterFunc) OnIncomingConnection(c net.Conn) bool { return f(c) }

func TestConnFilter_refuses(t *testing.T) {
	for name, refuse := range map[string]filterFunc{
		"false":  func(net.Conn) bool { return false },
		"panic":  func(net.Conn) bool { panic("no") },
		"Goexit": func(net.Conn) bool { runtime.Goexit(); return true },
	} {
		var asked atomic.Int32
		p := newSlow(1)
		s, _ := serve(t, p, refuse, filterFunc(func(net.Conn) bool { asked.Add(1); return true }))
		conn := dial(t, s.URL())
		request(conn, "/slow")
		if b, _ := io.ReadAll(conn); len(b) > 0 {
			t.Errorf("%s: a refused connection got %q", name, b)
		}
		if asked.Load() > 0 || len(p.begun) > 0 {
			t.Errorf("%s: filters called after the refusal: %d, pages served: %d", name, asked.Load(), len(p.begun))
		}
	}
}

func TestConnFilter_first(t *testing.T) {
	seen := make(chan net.Conn, 1)
	s, _ := serve(t, &pages1{}, filterFunc(func(c net.Conn) bool { seen <- c; return true }))
	conn := dial(t, s.URL())
	c := <-seen // although the client has sent nothing
	if c.RemoteAddr().String() != conn.LocalAddr().String() || c.LocalAddr().String() != conn.RemoteAddr().String() {
		t.Errorf("%v → %v", c.RemoteAddr(), c.LocalAddr())
	}
	request(conn, "/first")
	wantAnswer(t, conn, "first of 1")
}

func TestConnFilter_slow(t *testing.T) {
	first, release := make(chan bool), make(chan bool)
	var n atomic.Int32
	s, e := serve(t, &pages1{}, filterFunc(func(net.Conn) bool {
		if n.Add(1) == 1 {
			close(first)
			<-release
		}
		return true
	}))
	held := dial(t, s.URL())
	<-first
	if _, body := get(t, s.URL()+"first"); body != "first of 1" {
		t.Errorf("%q", body)
	}
	// A connection whose filter has not returned yet is accepted, and so it is served.
	request(held, "/first")
	e.Stop()
	<-e.Stopping()
	close(release)
	wantAnswer(t, held, "first of 1")
}
