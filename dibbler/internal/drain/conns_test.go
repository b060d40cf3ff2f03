package drain

import (
	"io"
	"net"
	"runtime"
	"testing"
)

// The limits of a new connection apply although the timer fires while it is added.
func TestConns_addDuringSweep(t *testing.T) {
	s := newConns(Limits{}, idle, nil)
	defer s.timer.Stop()
	server, client := net.Pipe()
	defer client.Close()
	for range 1000 {
		s.wake.Store(0) // the timer is about to fire
		adding, added := make(chan bool), make(chan *Conn)
		s.mu.Lock()
		go func() {
			close(adding)
			added <- s.add(server, nil)
		}()
		<-adding
		for range 10 {
			runtime.Gosched() // until add waits for s.mu
		}
		s.mu.Unlock()
		s.sweep()
		c := <-added
		if s.wake.Load() == int64(never) {
			t.Fatal("the timer is not set")
		}
		c.release()
	}
}

// A Conn that was hijacked returns the bytes that were read with the request.
func TestConn_hijacked(t *testing.T) {
	server, client := accepted(t)
	s := newConns(Limits{}, idle, nil)
	defer s.timer.Stop()
	c := s.add(server, nil)
	io.WriteString(client, get+"more")
	client.Close()
	p := make([]byte, 100)
	if n, err := c.Read(p); string(p[:n]) != get {
		t.Fatalf("%q, %v", p[:n], err)
	}
	c.Begin("GET", "/", 0)
	c.release()
	if n, err := c.Read(nil); n != 0 || err != nil {
		t.Errorf("an empty Read returns %d, %v", n, err)
	}
	if rest, err := io.ReadAll(c); string(rest) != "more" || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
	c.End()
}
