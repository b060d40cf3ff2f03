package drain

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"
)

// Accept returns the next connection, a *[Conn]. After [Listener.Close], it returns the
// connections in the backlog, and then [net.ErrClosed].
func (p *port) Accept() (net.Conn, error) {
	l := p.l
	closing := l.closing
	var delay time.Duration
	for {
		nc, err := p.Listener.Accept()
		switch {
		case err == nil && isClosed(l.closing) && p.isMarker(nc):
			// The listener is closed first, because the system still adds connections to the
			// backlog. The client's end of the marker is closed before the server's, because
			// the port of the end that is closed first stays in use for a while.
			p.err = p.Close()
			_ = p.marker.Close()
			_ = nc.Close()
			return nil, net.ErrClosed
		case err == nil:
			p.accepted.Add(1)
			return l.receive(nc)
		case isClosed(p.closed) || isClosed(l.closing) && !isTransient(err): // by Close or Cut
			return nil, net.ErrClosed
		case !isTransient(err):
			p.err = fmt.Errorf("dibbler: cannot accept connections at %v any more: %w", p.Addr(), err)
			l.Fail(p.err)
			return nil, p.err
		}
		delay = min(max(2*delay, 5*time.Millisecond), time.Second)
		l.logWaiting("err", err)
		l.conns.evict() // frees a file descriptor
		select {
		case <-l.conns.freed:
		case <-time.After(delay):
		case <-closing: // try again soon, because the backlog must be accepted
			closing, delay = nil, 0
		case <-p.closed:
			return nil, net.ErrClosed
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// isTransient reports whether Accept may succeed after err: a client has reset its
// connection, the program has too many open files, or the system is out of some resource.
func isTransient(err error) bool {
	//lint:ignore SA1019 net/http uses it too, and it has no replacement here.
	if t, ok := errors.AsType[net.Error](err); ok && t.Temporary() {
		return true
	}
	return slices.ContainsFunc(transient, func(t error) bool { return errors.Is(err, t) })
}

// logWaiting logs that new connections have to wait, at most once a minute.
func (l *Listener) logWaiting(why ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.logged.IsZero() || now.Sub(l.logged) >= time.Minute {
		l.logged = now
		l.Logger().Warn("dibbler: no connection can be accepted at the moment; trying again", why...)
	}
}

// receive returns nc as a [Conn] when there are fewer than Limits.Conns connections.
func (l *Listener) receive(nc net.Conn) (net.Conn, error) {
	l.conns.awaitSlot(l.closing, func() { l.logWaiting("open", l.conns.limits.Conns) })
	var filter func(net.Conn) bool
	if l.Filter != nil {
		filter = l.Filter()
	}
	c := l.conns.add(nc, filter)
	if c == nil {
		_ = nc.Close()
		return nil, net.ErrClosed
	}
	return c, nil
}
