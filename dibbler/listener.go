package dibbler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Listener serves any other protocol over TCP beside the HTTP servers of a
// [Context]: it is filtered, stopped and drained like them. Its fields must not
// be changed once it was added.
type Listener struct {
	// Addr is the TCP address to listen on, such as "127.0.0.1:1100"; port 0 is
	// any free one. It cannot be empty.
	Addr string

	// ServeConn talks to one client. It is called from a goroutine of its own for
	// each connection, which is closed when it returns or panics.
	//
	// When the environment begins to end, what the client has already sent can
	// still be read and answered; a Read that then has to wait for more than a
	// quarter of a second fails with [os.ErrDeadlineExceeded], and one that waits
	// already is ended by the same rule. So a protocol of commands and answers
	// needs to do nothing: it finishes the command at hand. See also [Stopping].
	//
	// ctx is cancelled, and conn closed, when the time for finishing is over.
	ServeConn func(ctx context.Context, conn net.Conn)

	// Filter, if it is not nil, decides who may connect.
	Filter ConnFilter

	// Logger gets what goes wrong. Nil means slog.Default.
	Logger *slog.Logger

	addr atomic.Pointer[net.Addr]
}

// NetAddr returns the address that is listened on. It is known from the moment
// that the listener has been added to a [Context]; before then it is nil.
func (l *Listener) NetAddr() net.Addr {
	if a := l.addr.Load(); a != nil {
		return *a
	}
	return nil
}

func (l *Listener) logger() *slog.Logger { return cmp.Or(l.Logger, slog.Default()) }

// A connService is a Listener that runs in a Context.
type connService struct {
	listener *Listener
	conns    *connSet
	door     *door
	stopping *signal
	serving  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc
}

func (l *Listener) open(env *Context) (runner, error) {
	if l.Addr == "" || l.ServeConn == nil {
		return nil, errors.New("dibbler: a Listener needs Addr and ServeConn")
	}
	at, err := listen(l.Addr)
	if err != nil {
		return nil, err
	}
	s := &connService{listener: l, conns: newConnSet(env), stopping: newSignal()}
	s.ctx, s.cancel = context.WithCancel(s.stopping.context())
	s.door = &door{
		conns:   s.conns,
		logger:  l.logger,
		filters: s.filters,
		handle:  func(c *conn) { s.serving.Go(func() { s.serveConn(c) }) },
		closing: make(chan struct{}),
		at:      entrances(at),
	}
	return s, nil
}

func (s *connService) filters() []ConnFilter {
	if s.listener.Filter == nil {
		return nil
	}
	return []ConnFilter{s.listener.Filter}
}

func (s *connService) serveConn(c *conn) {
	if c.begin("connection from", c.RemoteAddr().String()) {
		defer c.end()
	}
	defer func() {
		if v := recover(); v != nil {
			s.listener.logger().Error("dibbler: connection closed because ServeConn panicked", "panic", v, "stack", string(debug.Stack()))
		}
		_ = c.Close()
	}()
	s.listener.ServeConn(s.ctx, &endingConn{conn: c})
}

func (s *connService) added() {
	addr := s.door.at[0].Addr()
	s.listener.addr.Store(&addr)
}

func (s *connService) serve() error {
	err := s.door.open()
	s.serving.Wait()
	s.conns.gone.Wait()
	s.cancel()
	return err
}

func (s *connService) closeListeners() error { return s.door.close() }

func (s *connService) drain() {
	s.stopping.give()
	s.conns.draining.Store(true)
	for _, c := range s.conns.all() {
		// A connection that is closed already has no deadline.
		_ = c.Conn.SetReadDeadline(time.Now().Add(quietTime))
	}
}

func (s *connService) doing() []string {
	list := s.conns.doing()
	for i, what := range list {
		list[i] = fmt.Sprintf("%s at %v", what, s.listener.NetAddr())
	}
	return list
}

func (s *connService) cut() {
	s.cancel()
	s.door.cut()
	s.conns.closeAll()
}

// An endingConn is what ServeConn gets: while the environment ends, a Read does
// not wait for long.
type endingConn struct {
	*conn
	mu       sync.Mutex
	deadline time.Time // as set by ServeConn
}

func (c *endingConn) Read(p []byte) (int, error) {
	if err := c.limit(); err != nil {
		return 0, err
	}
	return c.conn.Read(p)
}

func (c *endingConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *endingConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	c.deadline = t
	c.mu.Unlock()
	if err := c.conn.SetReadDeadline(t); err != nil {
		return err
	}
	return c.limit()
}

// limit brings the deadline for reading near if the environment is ending.
func (c *endingConn) limit() error {
	if !c.set.draining.Load() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	soon := time.Now().Add(quietTime)
	if !c.deadline.IsZero() && c.deadline.Before(soon) {
		return nil
	}
	return c.conn.SetReadDeadline(soon)
}
