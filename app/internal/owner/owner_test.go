package owner

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// working returns a Checker that works on this system, or skips the test.
func working(t testing.TB) *Checker {
	t.Helper()
	return workingWith(t, sources)
}

func workingWith(t testing.TB, ways []func() (source, error)) *Checker {
	t.Helper()
	c := newChecker(ways)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	err := c.Test()
	if errors.Is(err, ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// listen listens on a loopback address, or skips the test if the system does not have the
// address.
func listen(t testing.TB, address string) *net.TCPListener {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.(*net.TCPListener)
}

// accept returns the next connection of listener, which must come from the address from.
func accept(t testing.TB, listener net.Listener, from string) net.Conn {
	t.Helper()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	want := unmap(netip.MustParseAddrPort(from))
	if got := unmap(conn.RemoteAddr().(*net.TCPAddr).AddrPort()); got != want {
		t.Fatalf("accepted a connection from %v, want %v", got, want)
	}
	return conn
}

// dial connects to listener, and returns both ends.
func dial(t testing.TB, listener net.Listener) (dialed, accepted net.Conn) {
	t.Helper()
	dialed, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialed.Close() })
	return dialed, accept(t, listener, dialed.LocalAddr().String())
}

func TestCheck(t *testing.T) {
	checker := working(t)
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(address, func(t *testing.T) {
			dialed, accepted := dial(t, listen(t, address))
			if err := checker.Check(accepted); err != nil {
				t.Error(err)
			}
			if err := dialed.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if err := checker.Check(accepted); err != nil {
				t.Error("after the peer closed its sending half:", err)
			}
			reset(t, dialed)
			if err := checker.Check(accepted); !errors.Is(err, ErrGone) {
				t.Errorf("after a reset, Check returns %v, want %v", err, ErrGone)
			}
		})
	}
}

// reset resets the connection.
func reset(t testing.TB, conn net.Conn) {
	t.Helper()
	if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestCheck_closed(t *testing.T) {
	checker := working(t)
	_, accepted := dial(t, listen(t, "127.0.0.1:0"))
	accepted.Close()
	if err := checker.Check(accepted); err == nil {
		t.Error("Check accepts a connection that we have closed")
	}
}

func TestCheck_notLoopbackTCP(t *testing.T) {
	checker := working(t)
	pipe, other := net.Pipe()
	defer pipe.Close()
	defer other.Close()
	_, accepted := dial(t, listen(t, "127.0.0.1:0"))
	peer, local := accepted.RemoteAddr(), accepted.LocalAddr()
	elsewhere := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}

	for name, test := range map[string]struct {
		conn net.Conn
		want error // nil means any error
	}{
		"a pipe":                       {pipe, nil},
		"a peer elsewhere":             {from{accepted, elsewhere, local}, ErrGone},
		"a service on another address": {from{accepted, peer, elsewhere}, ErrGone},
		"two families":                 {from{accepted, &net.TCPAddr{IP: net.IPv6loopback, Port: 80}, local}, nil},
		"no address":                   {from{accepted, nil, local}, nil},
		"a hidden socket":              {from{accepted, peer, local}, nil},
	} {
		if err := checker.Check(test.conn); err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// from is a connection that returns other addresses and hides its socket.
type from struct {
	net.Conn
	remote, local net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.remote }
func (f from) LocalAddr() net.Addr  { return f.local }

func TestClose(t *testing.T) {
	checker := working(t)
	_, accepted := dial(t, listen(t, "127.0.0.1:0"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				// The result depends on which call comes first.
				_ = checker.Check(accepted)
			}
		})
	}
	if err := errors.Join(checker.Close(), checker.Close()); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestCheck_concurrent(t *testing.T) {
	checker := working(t)
	listener := listen(t, "127.0.0.1:0")
	var group sync.WaitGroup
	for i := range 100 {
		dialed, accepted := dial(t, listener)
		var want error
		if i%10 == 0 {
			reset(t, dialed)
			want = ErrGone
		}
		for range 5 {
			group.Go(func() {
				if err := checker.Check(accepted); !errors.Is(err, want) {
					t.Errorf("connection %d: %v, want %v", i, err, want)
				}
			})
		}
	}
	group.Wait()
}

// TestMain runs the tests or, in a process that is a peer, runPeer.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "peer" {
		if err := runPeer(os.Args[2:]); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func TestBelongTo(t *testing.T) {
	mine, others, remains := socket{uid: 5, live: true}, socket{uid: 6, live: true}, socket{uid: 5}
	for _, test := range []struct {
		name string
		all  sockets
		want error
	}{
		{"none", nil, ErrGone},
		{"mine", sockets{mine}, nil},
		{"mine twice", sockets{mine, mine}, nil},
		{"another's", sockets{others}, ErrOtherUser},
		{"mine and another's", sockets{mine, others}, ErrOtherUser},
		{"remains of mine", sockets{remains}, ErrGone},
		{"remains of mine, and another's", sockets{remains, others}, ErrOtherUser},
		{"remains of another's, and mine", sockets{{uid: 6}, mine}, nil},
	} {
		if err := test.all.belongTo(5); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// The rows follow the documentation of WSAPoll.
func TestPollConnected(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags int16
		want  bool
	}{
		{"nothing to read", 0, true},
		{"data, or the peer's sending half closed", pollRead, true},
		{"disconnected", pollHangUp, false},
		{"disconnected, with data", pollHangUp | pollRead, false},
		{"reset", pollHangUp | pollError, false},
		{"closed by ourselves", pollError, false},
		{"no socket", pollInvalid, false},
	} {
		if got := pollConnected(test.flags); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
