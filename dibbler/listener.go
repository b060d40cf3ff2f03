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

	// MaxConns is how many connections may be open at the same time; the next ones
	// wait. Zero means 1000. It is never more than half of the files that the system
	// lets the program open.
	MaxConns int

	// Filter, if it is not nil, decides who may connect.
	Filter ConnFilter

	// Logger gets what goes wrong. Nil means slog.Default.
	Logger *slog.Logger

	addr    atomic.Pointer[net.Addr]
	service atomic.Pointer[connService] // nil while the listener is in no Context
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
		return nil, errors.New("dibbler: the Listener was added already; remove it first, or add another one")
	}
	at, err := listen(l.Addr)
	if err != nil {
		s.release()
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(s.stopping.context())
	s.accept = drain.New([]net.Listener{at}, drain.Config{
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

func (l *Listener) abandon() {}

// release lets the listener be added again.
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
	err := s.accept.Run(func(at net.Listener) {
		for {
			c, err := at.Accept()
			if err != nil {
				return // Run returns it
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
	for i, what := range list {
		list[i] = fmt.Sprintf("%s at %v", what, s.listener.NetAddr())
	}
	return list
}

func (s *connService) cut() {
	s.release()
	s.cancel()
	s.accept.Cut()
}
