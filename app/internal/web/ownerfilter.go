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
// plug-in, and the filter of package instance. If the system cannot tell who owns a
// connection, which is known after the first connection, it accepts all; see
// [OwnerFilter.Unchecked]. Its methods may be called concurrently. Make one with
// [NewOwnerFilter].
type OwnerFilter struct {
	*ownerCheck
	anybody func() bool

	// others has the accepted connections of other users.
	others sync.Map // of weak.Pointer[net.TCPConn]
}

// An ownerCheck is the part that filters share.
type ownerCheck struct {
	checker   *owner.Checker
	refusals  *Refusals
	unchecked atomic.Pointer[error]
}

// NewOwnerFilter returns a filter that adds its refusals to r.
func NewOwnerFilter(r *Refusals) *OwnerFilter {
	return &OwnerFilter{ownerCheck: &ownerCheck{checker: owner.New(), refusals: r}, anybody: func() bool { return false }}
}

// Unless returns a filter that also accepts the connections of other users while anybody
// returns true. It shares resources with f.
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
		if f.unchecked.CompareAndSwap(nil, &err) {
			slog.Warn("other users of this computer can use this program", "because", err)
		}
		return true
	case f.anybody():
		f.remember(conn)
		return f.anybody() // ask again, because closeOthers may have missed conn
	}
	f.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
	return false
}

// Unchecked returns why connections of other users are accepted, or nil if they are
// refused or no connection was checked yet.
func (c *ownerCheck) Unchecked() error {
	if err := c.unchecked.Load(); err != nil {
		return *err
	}
	return nil
}

// remember remembers conn while it is in use.
func (f *OwnerFilter) remember(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		other := weak.Make(tcp)
		f.others.Store(other, nil)
		runtime.AddCleanup(tcp, func(gone weak.Pointer[net.TCPConn]) { f.others.Delete(gone) }, other)
	}
}

// closeOthers closes the accepted connections of other users. Some may be streams that
// never end.
func (f *OwnerFilter) closeOthers() {
	f.others.Range(func(other, _ any) bool {
		if conn := other.(weak.Pointer[net.TCPConn]).Value(); conn != nil {
			_ = conn.Close() // it may be closed already
		}
		return true
	})
}

// Close releases the filter's resources.
func (c *ownerCheck) Close() {
	if err := c.checker.Close(); err != nil {
		slog.Warn("cannot close the owner check", "err", err)
	}
}
