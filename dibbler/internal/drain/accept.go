package drain

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// accept accepts connections from p until it is closed, or cannot any more.
func (l *Listener) accept(p *port, filters *sync.WaitGroup) error {
	var delay time.Duration
	for {
		nc, err := p.Accept()
		switch {
		case err == nil && l.isClosing() && p.isMarker(nc):
			// The listener at once, for connections that come in between are in the
			// backlog; and our own end first, for the system keeps the port of whoever
			// closes first for a while.
			err := p.Close()
			_ = p.marker.Close()
			_ = nc.Close()
			return err
		case err == nil:
			delay = 0
			l.receive(nc, filters)
			continue
		case l.isClosing():
			return nil
		case !isTransient(err):
			err = fmt.Errorf("dibbler: cannot accept connections at %v any more: %w", p.Addr(), err)
			l.Fail(err)
			return err
		}
		delay = min(max(2*delay, 5*time.Millisecond), time.Second)
		l.logWaiting("err", err)
		l.conns.makePlace() // it gives back a descriptor
		select {
		case <-l.conns.freed:
		case <-time.After(delay):
		case <-l.closing:
			return nil
		}
	}
}

func (l *Listener) isClosing() bool {
	select {
	case <-l.closing:
		return true
	default:
		return false
	}
}

// isTransient reports whether err, of accepting a connection, is about that
// connection, which may have been reset, or passes: the program has as many files
// open as it may, or the system lacks something.
func isTransient(err error) bool {
	//lint:ignore SA1019 net/http goes by it too, and nothing has replaced it here.
	if t, ok := errors.AsType[net.Error](err); ok && t.Temporary() {
		return true
	}
	return slices.ContainsFunc(transient, func(t error) bool { return errors.Is(err, t) })
}

// logWaiting logs that new connections have to wait, once a minute at most.
func (l *Listener) logWaiting(why ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.logged.IsZero() || now.Sub(l.logged) >= time.Minute {
		l.logged = now
		l.Logger().Warn("dibbler: no connection can be accepted at the moment; trying again", why...)
	}
}

// receive has the filter asked about nc, without keeping the next connection
// waiting.
func (l *Listener) receive(nc net.Conn, filters *sync.WaitGroup) {
	l.conns.awaitPlace(l.closing, func() { l.logWaiting("open", l.conns.limits.Conns) })
	c := l.conns.add(nc)
	var filter func(net.Conn) bool
	if l.Filter != nil {
		filter = l.Filter()
	}
	if filter == nil {
		l.admit(c)
		return
	}
	filters.Go(func() {
		admitted := false
		defer func() { // also after runtime.Goexit
			if admitted {
				l.admit(c)
			} else {
				_ = c.Close()
			}
		}()
		admitted = filter(nc)
	})
}

// admit hands c to whoever calls Accept.
func (l *Listener) admit(c *Conn) {
	c.mu.Lock()
	if c.state == admitting {
		c.enter(l.conns.initial)
	}
	c.mu.Unlock()
	select {
	case l.admitted <- c:
	case <-l.done:
		_ = c.Close()
	}
}
