package drain

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// backlogTimeout is how long the next connection of a backlog is waited for.
const backlogTimeout = 2 * time.Second

// A port is one listener of the system.
//
// The system makes connections by itself and keeps them in a backlog until they are
// accepted. When the listener is closed, it resets those that it still keeps, and
// their clients, who may have sent a request long ago, get no answer. So before it
// closes, the port connects to itself: when that connection is accepted, so are all
// that came before.
type port struct {
	net.Listener
	l        *Listener
	closed   atomic.Bool   // Close was called
	err      error         // of Accept, unless the port was to be closed, or of closing it
	marked   chan struct{} // closed when marker is set
	marker   net.Conn      // our end of the last connection; nil: there is none
	accepted atomic.Int64  // connections, so far
	stopped  chan struct{} // closed when nobody accepts any more
	once     sync.Once     // closes the listener
}

func newPort(at net.Listener, l *Listener) *port {
	return &port{Listener: at, l: l, marked: make(chan struct{}), stopped: make(chan struct{})}
}

// closeAfterBacklog closes the listener when the backlog was accepted. If the
// backlog is full or stalled, its pending connections are dropped.
func (p *port) closeAfterBacklog() error {
	p.marker = connect(p.Addr())
	close(p.marked)
	if p.marker != nil {
		p.awaitBacklog()
		_ = p.marker.Close()
	}
	return p.Close()
}

// awaitBacklog returns when nobody accepts any more, or the backlog has stalled.
func (p *port) awaitBacklog() {
	for before := int64(-1); before != p.accepted.Load(); {
		before = p.accepted.Load()
		select {
		case <-p.stopped:
			return
		case <-time.After(backlogTimeout):
		}
	}
}

// Close closes the listener at once. It may be called any number of times.
func (p *port) Close() (err error) {
	p.closed.Store(true)
	p.once.Do(func() { err = p.Listener.Close() })
	return err
}

// connect connects to addr, if that is an address to connect to, from an address that
// no other client has.
func connect(addr net.Addr) net.Conn {
	dialer := net.Dialer{Timeout: backlogTimeout}
	switch addr.Network() {
	case "tcp":
	case "unix":
		// A client has a name only if it takes one.
		dir, err := os.MkdirTemp("", "drain")
		if err != nil {
			return nil
		}
		defer os.RemoveAll(dir)
		dialer.LocalAddr = &net.UnixAddr{Name: filepath.Join(dir, "marker"), Net: "unix"}
	default:
		return nil
	}
	c, err := dialer.Dial(addr.Network(), addr.String())
	if err != nil {
		return nil
	}
	return c
}

// isMarker reports, once closeAfterBacklog was called, whether c is the other end of
// the last connection.
func (p *port) isMarker(c net.Conn) bool {
	<-p.marked
	return p.marker != nil && c.RemoteAddr().String() == p.marker.LocalAddr().String()
}
