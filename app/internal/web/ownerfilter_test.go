package web

import (
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/owner"
)

// TestOwnerFilterUnsupported: if the system cannot tell who owns a connection, all are
// accepted, and the owner is told.
func TestOwnerFilterUnsupported(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer dialed.Close()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	launches := &OwnerFilter{ownerCheck: &ownerCheck{checker: new(owner.Checker)}, anybody: func() bool { return false }}
	s := serve(t, plain{})
	pages := launches.Unless(func() bool { return false })
	c := s.Config
	c.Filter = pages
	if got := c.notices(); len(got) != 0 {
		t.Errorf("before the first connection: %q", got)
	}
	if !launches.OnIncomingConnection(conn) || !pages.OnIncomingConnection(conn) {
		t.Error("a connection is refused")
	}
	if !errors.Is(pages.Unchecked(), owner.ErrUnsupported) {
		t.Errorf("%v", pages.Unchecked())
	}
	if got := c.notices(); len(got) != 1 || !strings.Contains(got[0], "can use this program") {
		t.Errorf("notices: %q", got)
	}
}
