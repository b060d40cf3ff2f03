package app

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"github.com/dibbler-app/dibbler/app/internal/owner"
)

// An ownerDoor lets in the connections of the user who runs the program. It is a
// plug-in: its only method is the hook.
type ownerDoor struct {
	checker  *owner.Checker // nil: this system does not tell
	anybody  func() bool    // other users of this computer are welcome
	refusals *refusals
}

// newOwnerDoor finds out whether this system tells whose a connection is. Where it
// does not, the door is open, and unchecked says why.
func newOwnerDoor(ctx context.Context, anybody func() bool, r *refusals) (d *ownerDoor, unchecked, err error) {
	checker, err := owner.New(ctx)
	if err != nil && !errors.Is(err, owner.ErrUnsupported) {
		return nil, nil, err
	}
	return &ownerDoor{checker, anybody, r}, err, nil
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (d *ownerDoor) OnIncomingConnection(conn net.Conn) bool {
	if d.checker == nil || d.anybody() {
		return true
	}
	if err := d.checker.Check(conn); err != nil {
		d.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
		return false
	}
	return true
}

func (d *ownerDoor) close() {
	if d.checker == nil {
		return
	}
	if err := d.checker.Close(); err != nil {
		slog.Warn("owner check not closed", "err", err)
	}
}
