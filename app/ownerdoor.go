package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/owner"
)

// An ownerDoor lets in the connections of the user who runs the program. It is a
// plug-in: its only method is the hook.
type ownerDoor struct {
	checker  *owner.Checker // nil: this system does not tell
	anybody  func() bool    // other users of this computer are welcome
	refusals *refusals

	// guests has the connections that are not the owner's, each by the address that
	// its LocalAddr always returns: equal addresses of two connections are not the
	// same one.
	guests sync.Map // of net.Addr
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
		return true
	}
	d.refusals.add("connection refused", "from", conn.RemoteAddr(), "because", err)
	return false
}

// addGuest keeps conn in mind for as long as it is in use.
func (d *ownerDoor) addGuest(conn net.Conn) {
	at := conn.LocalAddr()
	d.guests.Store(at, nil)
	if tcp, ok := conn.(*net.TCPConn); ok {
		runtime.AddCleanup(tcp, func(at net.Addr) { d.guests.Delete(at) }, at)
	}
}

// unwelcome reports whether r comes by a connection that was let in when other
// users were welcome, and they no longer are.
func (d *ownerDoor) unwelcome(r *http.Request) bool {
	_, guest := d.guests.Load(r.Context().Value(http.LocalAddrContextKey))
	return guest && !d.anybody()
}

func (d *ownerDoor) close() {
	if d.checker == nil {
		return
	}
	if err := d.checker.Close(); err != nil {
		slog.Warn("owner check not closed", "err", err)
	}
}
