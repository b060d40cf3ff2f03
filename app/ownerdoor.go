package app

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

// An ownerDoor lets in the connections of the user who runs the program. It is a
// plug-in: the hook is its only exported method.
type ownerDoor struct {
	checker  *owner.Checker // nil: this system does not tell
	anybody  func() bool    // other users of this computer are welcome
	refusals *refusals

	// guests has the connections that are not the owner's.
	guests sync.Map // of weak.Pointer[net.TCPConn]
}

// newOwnerDoor finds out whether this system tells whose a connection is. Where it
// does not, the door is open, and unchecked says why.
func newOwnerDoor(ctx context.Context, anybody func() bool, r *refusals) (d *ownerDoor, unchecked, err error) {
	checker, err := owner.New(ctx)
	if err != nil && !errors.Is(err, owner.ErrUnsupported) {
		return nil, nil, fmt.Errorf("owner check: %w", err)
	}
	return &ownerDoor{checker: checker, anybody: anybody, refusals: r}, err, nil
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (d *ownerDoor) OnIncomingConnection(conn net.Conn) bool {
	if d.checker == nil {
		return true
	}
	err := d.checker.Check(conn)
	switch {
	case err == nil:
		return true
	case d.anybody():
		d.addGuest(conn)
		return d.anybody() // still, or it may have missed closeGuests
	}
	d.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
	return false
}

// addGuest keeps conn in mind for as long as it is in use.
func (d *ownerDoor) addGuest(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		guest := weak.Make(tcp)
		d.guests.Store(guest, nil)
		runtime.AddCleanup(tcp, func(gone weak.Pointer[net.TCPConn]) { d.guests.Delete(gone) }, guest)
	}
}

// closeGuests closes the connections of guests, when they are no longer welcome. They
// may be in use: an answer may be a stream that never ends.
func (d *ownerDoor) closeGuests() {
	d.guests.Range(func(guest, _ any) bool {
		if conn := guest.(weak.Pointer[net.TCPConn]).Value(); conn != nil {
			_ = conn.Close() // it may be closed already
		}
		return true
	})
}

func (d *ownerDoor) close() {
	if d.checker == nil {
		return
	}
	if err := d.checker.Close(); err != nil {
		slog.Warn("owner check not closed", "err", err)
	}
}
