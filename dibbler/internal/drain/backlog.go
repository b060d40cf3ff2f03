package drain

import (
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// backlogTimeout is how long closeAfterBacklog waits for the next connection.
const backlogTimeout = 2 * time.Second

// A port is one listener of the system.
//
// The system makes connections and keeps them in a backlog until they are accepted. When the
// listener is closed, the system resets the connections in the backlog, although their
// clients may have sent requests. So a port connects to itself before it is closed: when
// this connection, the marker, is accepted, all earlier connections have been accepted too.
type port struct {
	net.Listener
	l        *Listener
	closed   chan struct{} // closed by Close
	err      error         // the error that has ended Accept, or that of Close
	marked   chan struct{} // closed after marker was set
	marker   net.Conn      // the client's end of the marker; nil if connecting failed
	accepted atomic.Int64  // the number of accepted connections
	stopped  chan struct{} // closed when Accept is no longer called
	once     sync.Once     // closes the listener
}

func newPort(sl net.Listener, l *Listener) *port {
	return &port{Listener: sl, l: l, closed: make(chan struct{}), marked: make(chan struct{}), stopped: make(chan struct{})}
}

// closeAfterBacklog closes the listener after the backlog was accepted. If the backlog is
// full or stalled, or the marker cannot be made because file descriptors have run out, its
// pending connections are dropped.
func (p *port) closeAfterBacklog() error {
	p.marker = connect(p.Addr())
	close(p.marked)
	if p.marker != nil {
		p.awaitBacklog()
		_ = p.marker.Close()
	}
	return p.Close()
}

// awaitBacklog returns when Accept is no longer called or the backlog has stalled.
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

// Close closes the listener at once. It may be called more than once.
func (p *port) Close() (err error) {
	p.once.Do(func() {
		close(p.closed)
		err = p.Listener.Close()
	})
	return err
}

// connect connects to addr from an address that no other client has. It returns nil if that
// is not possible.
func connect(addr net.Addr) net.Conn {
	switch addr.Network() {
	case "tcp":
		return connectFrom(nil, addr)
	case "unix":
		// In the usual folder, the name may be too long for a socket.
		for _, temp := range []string{"", "/tmp"} {
			if c := connectFromFolder(temp, addr); c != nil {
				return c
			}
		}
	}
	return nil
}

// connectFromFolder connects from a socket with a name in the folder temp, or in the usual
// temporary folder if temp is empty. By default, clients have no name.
func connectFromFolder(temp string, addr net.Addr) net.Conn {
	dir, err := os.MkdirTemp(temp, "drain")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(dir)
	return connectFrom(&net.UnixAddr{Name: filepath.Join(dir, "marker"), Net: "unix"}, addr)
}

func connectFrom(local, addr net.Addr) net.Conn {
	dialer := net.Dialer{Timeout: backlogTimeout, LocalAddr: local}
	c, err := dialer.Dial(addr.Network(), addr.String())
	if err != nil {
		return nil
	}
	return c
}

// isMarker reports whether c is the server's end of the marker. It must be called after
// closeAfterBacklog.
func (p *port) isMarker(c net.Conn) bool {
	<-p.marked
	return p.marker != nil && c.RemoteAddr().String() == p.marker.LocalAddr().String()
}
