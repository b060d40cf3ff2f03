package dibbler

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// A door takes connections from listeners, asks the filters, and hands on who is
// let in.
type door struct {
	conns   *connSet
	logger  func() *slog.Logger
	filters func() []ConnFilter
	handle  func(*conn) // is given each connection that is let in
	closing chan struct{}
	once    sync.Once
	at      []*entrance

	mu   sync.Mutex
	said time.Time // when it was last logged that connections wait
}

// open accepts connections until close is called, or cannot any more. When it
// returns, the listeners are closed, and nobody is being asked about any more.
func (d *door) open() error {
	var asked, loops sync.WaitGroup
	errs := make([]error, len(d.at))
	for i, e := range d.at {
		loops.Go(func() {
			defer close(e.left)
			errs[i] = d.accept(e, &asked)
		})
	}
	loops.Wait()
	errs = append(errs, d.close())
	asked.Wait()
	return errors.Join(errs...)
}

// close closes the listeners when the connections that are there by now have been
// accepted. It is for a door that is open, and may be called any number of times.
func (d *door) close() error {
	errs := make([]error, len(d.at))
	d.once.Do(func() {
		close(d.closing)
		var all sync.WaitGroup
		for i, e := range d.at {
			all.Go(func() { errs[i] = e.closeAfterQueue() })
		}
		all.Wait()
	})
	return errors.Join(errs...)
}

// cut closes the listeners at once, if they are not closed yet.
func (d *door) cut() {
	for _, e := range d.at {
		_ = e.Close()
	}
}

func (d *door) accept(l *entrance, asked *sync.WaitGroup) error {
	var delay time.Duration
	for {
		nc, err := l.Accept()
		if err == nil && d.isClosing() && l.isLast(nc) {
			// The listener at once, for what comes in between is in the queue; and our
			// own end first, for the port of who closes first is kept for a while.
			err := l.Close()
			_ = l.last.Close()
			_ = nc.Close()
			return err
		}
		if err == nil {
			delay = 0
			d.receive(nc, asked)
			continue
		}
		if d.isClosing() {
			return nil
		}
		if !passes(err) {
			err = fmt.Errorf("dibbler: cannot accept connections at %v any more: %w", l.Addr(), err)
			d.logger().Error("dibbler: the environment ends", "err", err)
			d.conns.env.Stop()
			return err
		}
		delay = min(max(2*delay, 5*time.Millisecond), time.Second)
		d.sayWaiting("err", err)
		d.conns.makeRoom()
		select {
		case <-d.conns.freed:
		case <-time.After(delay):
		case <-d.closing:
			return nil
		}
	}
}

func (d *door) isClosing() bool {
	select {
	case <-d.closing:
		return true
	default:
		return false
	}
}

// passes reports whether err, of accepting a connection, is about that connection,
// which may have been reset, or passes: the program has as many files open as it
// may, or the system lacks something.
func passes(err error) bool {
	//lint:ignore SA1019 net/http goes by it too, and nothing has replaced it here.
	if t, ok := errors.AsType[net.Error](err); ok && t.Temporary() {
		return true
	}
	return slices.ContainsFunc(passing, func(p error) bool { return errors.Is(err, p) })
}

// sayWaiting logs that those who connect have to wait, once a minute at most.
func (d *door) sayWaiting(why ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); d.said.IsZero() || now.Sub(d.said) >= time.Minute {
		d.said = now
		d.logger().Warn("dibbler: no connection can be accepted at the moment; trying again", why...)
	}
}

// receive asks the filters about nc without keeping the next one waiting.
func (d *door) receive(nc net.Conn, asked *sync.WaitGroup) {
	d.conns.awaitRoom(d.closing, func() { d.sayWaiting("open", d.conns.room) })
	c := d.conns.add(nc)
	filters := d.filters()
	if len(filters) == 0 {
		d.handle(c)
		return
	}
	asked.Go(func() {
		for _, f := range filters {
			if !d.admits(f, nc) {
				_ = c.Close()
				return
			}
		}
		d.handle(c)
	})
}

// admits asks f about nc.
func (d *door) admits(f ConnFilter, nc net.Conn) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			ok = false
			d.logger().Error("dibbler: connection refused because its filter panicked", "filter", fmt.Sprintf("%T", f), "panic", v, "stack", string(debug.Stack()))
		}
	}()
	return f.OnIncomingConnection(nc)
}
