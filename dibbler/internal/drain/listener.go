// Package drain has a listener that loses no request when it is closed.
//
// A [Listener] accepts connections from listeners of the system, asks a filter about each of
// them, and passes those that are admitted to an [http.Server] or a server of another
// protocol. It tracks the state of each connection, and so guarantees that
//
//   - no accepted request is lost: Close accepts the connections in the backlog, and each
//     request that has arrived is answered;
//   - shutdown is bounded: an idle connection is closed after [GracePeriod], and Cut closes
//     all others;
//   - a client that sends or reads slowly keeps its connection only within [Limits];
//   - there are at most Limits.Conns connections: for another one, an idle one is closed;
//   - accepting continues after file descriptors have run out.
package drain

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// Config has the settings of a [Listener].
type Config struct {
	Limits Limits

	// Filter is called for each new connection. It returns a function that reports whether
	// the connection is admitted, or nil to admit it. That function may block, and is
	// called concurrently. If Filter is nil, all connections are admitted.
	Filter func() func(net.Conn) bool

	// Opaque is set for protocols other than HTTP, whose requests the listener cannot see.
	// After Drain, each Read may wait for GracePeriod.
	Opaque bool

	// BadRequest, if not nil, returns the answer to send in place of answer, with which the
	// server itself answers a request whose header it cannot parse.
	BadRequest func(answer []byte) []byte

	// Fail is called with the error if a listener of the system can no longer accept.
	Fail func(error)

	// Logger returns the logger for warnings that connections have to wait.
	Logger func() *slog.Logger
}

// A Listener accepts and tracks the connections of one service.
type Listener struct {
	Config
	conns   *conns
	ports   []*port
	closing chan struct{} // closed by Close
	begin   sync.Once     // closes closing, and then the ports

	mu     sync.Mutex
	logged time.Time // the time of the last warning
}

// New returns a Listener for listeners of the system. It accepts connections after Run is
// called.
func New(ls []net.Listener, config Config) *Listener {
	initial := idle
	if config.Opaque {
		initial = opaque
	}
	l := &Listener{
		Config:  config,
		conns:   newConns(config.Limits, initial, config.BadRequest),
		closing: make(chan struct{}),
	}
	for _, sl := range ls {
		l.ports = append(l.ports, newPort(sl, l))
	}
	return l
}

// Run calls serve for each listener of the system, and returns when the Listener and all
// connections are closed. The Accept of serve's argument returns a *[Conn], or [net.ErrClosed]
// after Close and the last connection in the backlog. The error of Run wraps the errors of
// the listeners of the system.
func (l *Listener) Run(serve func(net.Listener)) error {
	var accepting sync.WaitGroup
	for _, p := range l.ports {
		accepting.Go(func() {
			defer close(p.stopped)
			serve(p)
		})
	}
	accepting.Wait()
	errs := []error{l.Close()}
	for _, p := range l.ports {
		errs = append(errs, p.err)
	}
	l.conns.active.Wait()
	l.conns.timer.Stop()
	return errors.Join(errs...)
}

// Addr returns the address of the first listener of the system.
func (l *Listener) Addr() net.Addr { return l.ports[0].Addr() }

// Close closes the listeners of the system after the connections in their backlogs were
// accepted. Run must have been called. Close waits until then, but not longer than two
// seconds for each next connection. It may be called more than once.
func (l *Listener) Close() error {
	errs := make([]error, len(l.ports))
	l.begin.Do(func() {
		close(l.closing)
		var all sync.WaitGroup
		for i, p := range l.ports {
			all.Go(func() { errs[i] = p.closeAfterBacklog() })
		}
		all.Wait()
	})
	return errors.Join(errs...)
}

// Drain begins the shutdown: idle connections are closed, other connections are
// closed after their answers if no other request has arrived, and a Read of an opaque
// protocol waits for GracePeriod at most.
func (l *Listener) Drain() { l.conns.drain() }

// Cut closes the listeners of the system and all connections at once. Run need not have been
// called.
func (l *Listener) Cut() {
	for _, p := range l.ports {
		_ = p.Close()
	}
	l.conns.closeAll()
}

// Unfinished lists the unfinished requests, as they were passed to Begin, and other
// connections by their clients' addresses.
func (l *Listener) Unfinished() []string { return l.conns.unfinished() }
