package owner

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
)

// says is a source that always gives the same answer.
type says struct {
	err    error
	closed *int
}

func (s says) check(_, _ netip.AddrPort) error { return s.err }
func (s says) close() error                    { *s.closed++; return nil }

func TestOpenFirst(t *testing.T) {
	cannotOpen := func(err error) func() (source, error) {
		return func() (source, error) { return nil, err }
	}
	var closed int
	answers := func(err error) func() (source, error) {
		return func() (source, error) { return says{err, &closed}, nil }
	}
	type ways = []func() (source, error)

	for _, test := range []struct {
		name   string
		ways   ways
		want   error // nil: the last way is used
		closed int
	}{
		{"works", ways{answers(nil)}, nil, 0},
		{"unknown system", ways{cannotOpen(ErrUnsupported)}, ErrUnsupported, 0},
		{"denied", ways{cannotOpen(syscall.EACCES)}, ErrUnsupported, 0},
		{"denied, then works", ways{cannotOpen(syscall.EACCES), answers(nil)}, nil, 0},
		{"denies to answer, then works", ways{answers(syscall.EPERM), answers(nil)}, nil, 1},
		{"does not know us, then works", ways{answers(ErrGone), answers(nil)}, nil, 1},
		{"takes us for another, then denied", ways{answers(ErrOtherUser), answers(syscall.EPERM)}, ErrUnsupported, 2},
		// Others may have used up the files: not a reason to go on without.
		{"cannot open now", ways{cannotOpen(syscall.ENFILE), answers(nil)}, syscall.ENFILE, 0},
		{"cannot answer now", ways{answers(syscall.ENOBUFS), answers(nil)}, syscall.ENOBUFS, 1},
	} {
		closed = 0
		s, err := openFirst(context.Background(), test.ways)
		if !errors.Is(err, test.want) || (s != nil) != (test.want == nil) {
			t.Errorf("%s: got %v, %v; wanted %v", test.name, s, err, test.want)
		}
		if test.want != ErrUnsupported && errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v is taken for unsupported", test.name, err)
		}
		if closed != test.closed {
			t.Errorf("%s: closed %d sources, wanted %d", test.name, closed, test.closed)
		}
	}
}

// Anybody can connect to the address on which a program tests itself.
func TestAcceptFromTurnsOthersAway(t *testing.T) {
	listener := listen(t, "127.0.0.1:0")
	var dialed [3]net.Conn
	for i := range dialed {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		dialed[i] = conn
	}
	accepted, err := acceptFrom(listener, dialed[1].LocalAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	if got, want := accepted.RemoteAddr().String(), dialed[1].LocalAddr().String(); got != want {
		t.Errorf("accepted %s, wanted %s", got, want)
	}
	if n, err := dialed[0].Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes from a connection that was to be turned away", n)
	}
}
