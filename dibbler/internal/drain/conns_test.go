package drain

import (
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
