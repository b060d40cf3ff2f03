package web

import (
	"errors"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/dibbler-app/dibbler/app/internal/owner"
)

// An OwnerFilter accepts the connections of the user who runs the program. It is a
// plug-in and the filter of the channel between launches. Where the system does not
// tell whose a connection is, which the first connection shows, it accepts all of them;
// see [OwnerFilter.Unchecked].
// Its methods may be called concurrently. Make one with [NewOwnerFilter].
type OwnerFilter struct {
	*ownerCheck
	anybody func() bool

	// others has the connections of other users that were accepted.
	others sync.Map // of weak.Pointer[net.TCPConn]
}

// An ownerCheck is what filters share.
type ownerCheck struct {
	checker   *owner.Checker
	refusals  *Refusals
	unchecked atomic.Pointer[error]
}

// NewOwnerFilter returns a filter that adds its refusals to r.
func NewOwnerFilter(r *Refusals) *OwnerFilter {
	return &OwnerFilter{ownerCheck: &ownerCheck{checker: owner.New(), refusals: r}, anybody: func() bool { return false }}
}

// Unless returns a filter that accepts the connections of other users too while
// anybody returns true. It shares the system's resources with f.
func (f *OwnerFilter) Unless(anybody func() bool) *OwnerFilter {
	return &OwnerFilter{ownerCheck: f.ownerCheck, anybody: anybody}
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (f *OwnerFilter) OnIncomingConnection(conn net.Conn) bool {
	err := f.checker.Check(conn)
	switch {
	case err == nil:
		return true
	case errors.Is(err, owner.ErrUnsupported):
		f.setUnchecked(err)
		return true
	case f.anybody():
		f.remember(conn)
		return f.anybody() // still, or closeOthers may have missed it
	}
	f.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
	return false
}

func (c *ownerCheck) setUnchecked(err error) {
	if c.unchecked.CompareAndSwap(nil, &err) {
		slog.Warn("other users of this computer are not kept out", "because", err)
	}
}

// Unchecked returns why the connections of other users are accepted, or nil as far
// as is known.
func (c *ownerCheck) Unchecked() error {
	if err := c.unchecked.Load(); err != nil {
		return *err
	}
	return nil
}

// remember remembers conn for as long as it is in use.
func (f *OwnerFilter) remember(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		other := weak.Make(tcp)
		f.others.Store(other, nil)
		runtime.AddCleanup(tcp, func(gone weak.Pointer[net.TCPConn]) { f.others.Delete(gone) }, other)
	}
}

// closeOthers closes the connections of other users that were accepted. An answer
// may be a stream that never ends.
func (f *OwnerFilter) closeOthers() {
	f.others.Range(func(other, _ any) bool {
		if conn := other.(weak.Pointer[net.TCPConn]).Value(); conn != nil {
			_ = conn.Close() // it may be closed already
		}
		return true
	})
}

// Close gives back the system's resources.
func (c *ownerCheck) Close() {
	if err := c.checker.Close(); err != nil {
		slog.Warn("owner check not closed", "err", err)
	}
}
