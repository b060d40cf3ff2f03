package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"weak"

	"github.com/dibbler-app/dibbler/app/internal/owner"
)

// An OwnerFilter accepts the connections of the user who runs the program. It is a
// plug-in and the filter of the channel between launches. Its methods may be called
// concurrently. Make one with [NewOwnerFilter].
type OwnerFilter struct {
	checker  *owner.Checker // nil: this system does not tell
	anybody  func() bool
	refusals *Refusals

	// others has the connections of other users that were accepted.
	others sync.Map // of weak.Pointer[net.TCPConn]
}

// NewOwnerFilter finds out whether this system tells whose a connection is. If it
// does not, the filter accepts all connections, and unchecked says why.
func NewOwnerFilter(ctx context.Context, r *Refusals) (f *OwnerFilter, unchecked, err error) {
	checker, err := owner.New(ctx)
	if err != nil && !errors.Is(err, owner.ErrUnsupported) {
		return nil, nil, fmt.Errorf("owner check: %w", err)
	}
	return &OwnerFilter{checker: checker, anybody: func() bool { return false }, refusals: r}, err, nil
}

// Unless returns a filter that accepts the connections of other users too while
// anybody returns true. It shares the system's resources with f, because finding
// out whether the system tells whose a connection is takes long.
func (f *OwnerFilter) Unless(anybody func() bool) *OwnerFilter {
	return &OwnerFilter{checker: f.checker, anybody: anybody, refusals: f.refusals}
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (f *OwnerFilter) OnIncomingConnection(conn net.Conn) bool {
	if f.checker == nil {
		return true
	}
	err := f.checker.Check(conn)
	switch {
	case err == nil:
		return true
	case f.anybody():
		f.remember(conn)
		return f.anybody() // still, or closeOthers may have missed it
	}
	f.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
	return false
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
func (f *OwnerFilter) Close() {
	if f.checker == nil {
		return
	}
	if err := f.checker.Close(); err != nil {
		slog.Warn("owner check not closed", "err", err)
	}
}
