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

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// Listener serves another protocol than HTTP over TCP in a [Context]. Its connections are
// filtered and drained like those of a [Server]. The fields must not be changed after the
// Listener was added.
type Listener struct {
	// Addr is the TCP address to listen on, such as "127.0.0.1:1100". Port 0 means any
	// free port. Addr must not be empty.
	Addr string

	// ServeConn serves one connection. It is called on a goroutine of its own for each
	// connection. The connection is closed when ServeConn returns or panics.
	//
	// When the environment begins to end, ServeConn can still read and answer everything
	// that the client has already sent. A Read that has to wait for more than a quarter of
	// a second then fails with [os.ErrDeadlineExceeded]. So a protocol of commands and
	// answers finishes the current command without further code. See also [Stopping].
	//
	// ctx is canceled and conn closed after [Context.DrainTimeout].
	ServeConn func(ctx context.Context, conn net.Conn)

	// MaxConns is the maximum number of open connections; further connections wait. Zero
	// means 1000. It is never more than half the number of files that the system allows
	// the program to open.
	MaxConns int

	// Filter decides which connections are allowed. If nil, all are.
	Filter ConnFilter

	// Logger is used for errors and warnings. If nil, slog.Default is used.
	Logger *slog.Logger

	addr    atomic.Pointer[net.Addr]
	service atomic.Pointer[connService] // nil if the listener is in no Context
}

// NetAddr returns the address on which the listener listens. It is nil before the listener
// is added to a [Context].
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
	accept   *drain.Listener
	stopping *stopSignal
	ctx      context.Context
	cancel   context.CancelFunc
}

func (l *Listener) open(env *Context) (runner, error) {
	if l.Addr == "" || l.ServeConn == nil || l.MaxConns < 0 {
		return nil, errors.New("dibbler: a Listener needs Addr and ServeConn, and MaxConns cannot be negative")
	}
	s := &connService{listener: l, stopping: newStopSignal()}
	if !l.service.CompareAndSwap(nil, s) {
		return nil, errors.New("dibbler: the Listener was added before; remove it first, or add another one")
	}
	nl, err := listen(l.Addr)
	if err != nil {
		s.release()
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(s.stopping.context())
	s.accept = drain.New([]net.Listener{nl}, drain.Config{
		Limits: drain.Limits{Conns: l.MaxConns},
		Filter: l.connFilter,
		Opaque: true,
		Fail:   env.fail(l.logger),
		Logger: l.logger,
	})
	return s, nil
}

func (l *Listener) connFilter() func(net.Conn) bool {
	if l.Filter == nil {
		return nil
	}
	return newConnFilter([]ConnFilter{l.Filter}, l.logger())
}

// release allows the listener to be added again.
func (s *connService) release() { s.listener.service.CompareAndSwap(s, nil) }

func (s *connService) serveConn(c *drain.Conn) {
	if !c.Admit() {
		return
	}
	if c.Begin("connection from", c.RemoteAddr().String(), 0) {
		defer c.End()
	}
	defer func() {
		if v := recover(); v != nil {
			s.listener.logger().Error("dibbler: connection closed because ServeConn panicked", "panic", v, "stack", string(debug.Stack()))
		}
		_ = c.Close()
	}()
	s.listener.ServeConn(s.ctx, c)
}

func (s *connService) added() {
	addr := s.accept.Addr()
	s.listener.addr.Store(&addr)
}

func (s *connService) serve() error {
	var serving sync.WaitGroup
	err := s.accept.Run(func(nl net.Listener) {
		for {
			c, err := nl.Accept()
			if err != nil {
				return // Run returns the error
			}
			serving.Go(func() { s.serveConn(c.(*drain.Conn)) })
		}
	})
	serving.Wait()
	s.cancel()
	s.release()
	return err
}

func (s *connService) closeListeners() error {
	defer s.release()
	return s.accept.Close()
}

func (s *connService) drain() {
	s.accept.Drain()
	s.stopping.send()
}

func (s *connService) unfinished() []string {
	list := s.accept.Unfinished()
	for i, item := range list {
		list[i] = fmt.Sprintf("%s at %v", item, s.listener.NetAddr())
	}
	return list
}

func (s *connService) cut() {
	s.release()
	s.cancel()
	s.accept.Cut()
}
