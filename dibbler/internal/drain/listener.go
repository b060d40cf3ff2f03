// Package drain has a listener that loses nothing when it ends.
//
// A [Listener] accepts from listeners of the system, asks a filter about each
// connection, and yields those that are admitted to an [http.Server], or to whoever
// serves another protocol. It watches what each connection is doing, which keeps
// these promises:
//
//   - Nothing accepted is lost: when Close begins, the backlog is accepted, and each
//     request that has come is answered.
//   - The end is bounded: a connection that waits for a request is closed after
//     [GracePeriod], and Cut closes the others.
//   - A client that is slow to send or to take holds its place for [Limits] only.
//   - There are at most Limits.Conns connections; when one more comes, one that is
//     quiet makes place.
//   - Accepting goes on after descriptors have run out.
package drain

import (
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// Config says how a [Listener] treats its connections.
type Config struct {
	Limits Limits

	// Filter returns the function that admits a connection or not, or nil to admit
	// it. That function may take its time, and is called concurrently. If Filter is
	// nil, all connections are admitted.
	Filter func() func(net.Conn) bool

	// Opaque is for protocols other than HTTP. Their requests are not seen: while
	// the service ends, a Read may wait for GracePeriod.
	Opaque bool

	// Refuse, if it is not nil, returns what to send in place of the server's own
	// answer to a request whose header it cannot read.
	Refuse func(answer []byte) []byte

	// Fail is called when a listener of the system cannot accept any more, with the
	// reason.
	Fail func(error)

	// Logger returns where to log that connections have to wait.
	Logger func() *slog.Logger
}

// A Listener is the [net.Listener] of one service.
type Listener struct {
	Config
	conns   *conns
	ports   []*port
	closing chan struct{} // closed by Close
	begin   sync.Once     // closes closing, and then the ports

	mu     sync.Mutex
	logged time.Time // when it was last logged that connections wait
}

// New returns a listener that accepts from at once Run is called.
func New(at []net.Listener, config Config) *Listener {
	initial := quiet
	if config.Opaque {
		initial = talking
	}
	l := &Listener{
		Config:  config,
		conns:   newConns(config.Limits, initial, config.Refuse),
		closing: make(chan struct{}),
	}
	for _, a := range at {
		l.ports = append(l.ports, newPort(a, l))
	}
	return l
}

// Run has serve accept from each listener of the system until the listener is closed,
// and returns when all connections are gone. Serve gets a [net.Listener] that returns
// *[Conn] and fails with [net.ErrClosed] after Close, when the backlog was accepted.
// The error of Run says which listeners of the system have failed.
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
	l.conns.gone.Wait()
	l.conns.timer.Stop()
	return errors.Join(errs...)
}

// Addr returns the address of the first listener of the system.
func (l *Listener) Addr() net.Addr { return l.ports[0].Addr() }

// Close closes the listeners of the system when the connections in their backlogs
// were accepted, for which Run must have been called. It waits for that, unless no
// connection is accepted for two seconds. It may be called any number of times.
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

// Drain begins the end: connections that are not used close, each answer is the
// last over its connection if no other request has come, and Read of an opaque
// protocol waits for GracePeriod at most.
func (l *Listener) Drain() { l.conns.drain() }

// Cut closes everything at once. It is also for a listener that never ran.
func (l *Listener) Cut() {
	for _, p := range l.ports {
		_ = p.Close()
	}
	l.conns.closeAll()
}

// Unfinished lists what is being done: as Begin was told, or connections by their
// clients' addresses.
func (l *Listener) Unfinished() []string { return l.conns.unfinished() }
