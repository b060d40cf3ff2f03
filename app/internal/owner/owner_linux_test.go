package owner

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// forEachSource runs a test with each source.
func forEachSource(t *testing.T, test func(*testing.T, *Checker)) {
	for i, name := range []string{"sock_diag", "proc"} {
		t.Run(name, func(t *testing.T) { test(t, workingWith(t, sources[i:i+1])) })
	}
}

// routes are combinations of the address on which a server listens and the address from
// which and to which its peer connects.
var routes = []struct{ server, client string }{
	{"127.0.0.1", "127.0.0.1"},
	{"127.0.0.1", "::ffff:127.0.0.1"},
	{"::ffff:127.0.0.1", "127.0.0.1"},
	{"::ffff:127.0.0.1", "::ffff:127.0.0.1"},
	{"::1", "::1"},
}

func TestCheck_routes(t *testing.T) {
	forEachSource(t, func(t *testing.T, checker *Checker) {
		for _, route := range routes {
			t.Run(route.client+" to "+route.server, func(t *testing.T) {
				client := netip.MustParseAddr(route.client)
				listener := listenTCP(t, netip.MustParseAddr(route.server))
				from := netip.AddrPortFrom(client, 0)
				to := netip.AddrPortFrom(client, listener.Addr().(interface{ AddrPort() netip.AddrPort }).AddrPort().Port())

				for _, do := range []string{"hold", "half-close", "close", "reset"} {
					t.Run("own "+do, func(t *testing.T) {
						conn, err := connectTCP(from, to)
						if err != nil {
							t.Fatal(err)
						}
						defer conn.Close()
						accepted := accept(t, listener, conn.LocalAddr().String())
						if _, err := conn.Write([]byte{'!'}); err != nil {
							t.Fatal(err)
						}
						if err := depart(conn, do); err != nil {
							t.Fatal(err)
						}
						wantVerdict(t, checker.Check(accepted), do, nil)
					})
					t.Run("other "+do, func(t *testing.T) {
						other := startAsNobody(t, "connect", from.String(), to.String(), do)
						accepted := accept(t, listener, other.line())
						other.line() // the peer is done
						wantVerdict(t, checker.Check(accepted), do, ErrOtherUser)
						// The check must also work if there is data to read.
						if b, err := io.ReadAll(io.LimitReader(accepted, 1)); string(b) != "!" {
							t.Errorf("read %q, %v from the peer after the check, want the data that it sent", b, err)
						}
					})
				}
			})
		}
	})
}

// wantVerdict checks the result of Check for a peer that has ended its connection as do
// says. living is the expected result for a peer that has not.
func wantVerdict(t *testing.T, got error, do string, living error) {
	t.Helper()
	want := living
	if do == "close" || do == "reset" {
		want = ErrGone
	}
	if !errors.Is(got, want) {
		t.Errorf("Check returns %v, want %v", got, want)
	}
}

func TestCheck_rootAsPeer(t *testing.T) {
	server := startAsNobody(t, "serve")
	conn, err := connectTCP(netip.MustParseAddrPort("127.0.0.1:0"), netip.MustParseAddrPort(server.line()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := server.line(); !strings.HasPrefix(got, "true ") || !strings.HasSuffix(got, "uid 0") {
		t.Errorf("the result of nobody's server for root: %s", got)
	}
}

// Another user can use the owner's port on another loopback address.
func TestCheck_samePortElsewhere(t *testing.T) {
	forEachSource(t, func(t *testing.T, checker *Checker) {
		listener := listenTCP(t, netip.MustParseAddr("127.0.0.1"))
		for range 10 {
			victim, victimAccepted := dial(t, listener)
			from := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.9"), netip.MustParseAddrPort(victim.LocalAddr().String()).Port())
			other := startAsNobody(t, "connect", from.String(), listener.Addr().String(), "hold")
			otherAccepted := accept(t, listener, other.line())
			if err := checker.Check(otherAccepted); !errors.Is(err, ErrOtherUser) {
				t.Errorf("for the other user, Check returns %v", err)
			}
			if err := checker.Check(victimAccepted); err != nil {
				t.Errorf("for the owner, Check returns %v", err)
			}
		}
	})
}

// Another user sends data and resets the connection, and the owner then uses its port.
// The data can still be read, but the addresses and ports are now the owner's.
func TestCheck_reusedPort(t *testing.T) {
	forEachSource(t, func(t *testing.T, checker *Checker) {
		for _, loopback := range []string{"127.0.0.1", "::1"} {
			t.Run(loopback, func(t *testing.T) {
				listener := listenTCP(t, netip.MustParseAddr(loopback))
				to := netip.MustParseAddrPort(listener.Addr().String())
				other := startAsNobody(t, "connect", netip.AddrPortFrom(to.Addr(), 0).String(), to.String(), "reset")
				from := other.line()
				other.line() // it is done

				owner, err := connectTCP(netip.MustParseAddrPort(from), to)
				if err != nil {
					t.Fatal(err)
				}
				defer owner.Close()
				otherAccepted := accept(t, listener, from)
				ownerAccepted := accept(t, listener, from)
				if err := checker.Check(otherAccepted); !errors.Is(err, ErrGone) {
					t.Errorf("for the other user's connection, Check returns %v, want %v", err, ErrGone)
				}
				if err := checker.Check(ownerAccepted); err != nil {
					t.Errorf("for the owner's connection, Check returns %v", err)
				}
				if b, _ := io.ReadAll(io.LimitReader(otherAccepted, 1)); string(b) != "!" {
					t.Errorf("read %q of the other user; the data should be readable in this test", b)
				}
			})
		}
	})
}

// If there is no such connection, the kernel returns a listener on the peer's address and
// port.
func TestCheck_listenerOnPort(t *testing.T) {
	forEachSource(t, func(t *testing.T, checker *Checker) {
		listener := listenTCP(t, netip.MustParseAddr("127.0.0.1"))
		other := startAsNobody(t, "connect", "127.0.0.1:0", listener.Addr().String(), "reset")
		from := other.line()
		other.line() // it is done
		accepted := accept(t, listener, from)
		listen(t, from)
		if err := checker.source.check(netip.MustParseAddrPort(from), netip.MustParseAddrPort(listener.Addr().String())); !errors.Is(err, ErrGone) {
			t.Errorf("the source returns %v, want %v", err, ErrGone)
		}
		if err := checker.Check(accepted); !errors.Is(err, ErrGone) {
			t.Errorf("Check returns %v, want %v", err, ErrGone)
		}
	})
}

// A peer can be bound to the loopback interface (curl --interface lo).
func TestCheck_boundToInterface(t *testing.T) {
	forEachSource(t, func(t *testing.T, checker *Checker) {
		listener := listenTCP(t, netip.MustParseAddr("127.0.0.1"))
		var bound error
		dialer := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
			return c.Control(func(fd uintptr) {
				bound = unix.SetsockoptString(int(fd), unix.SOL_SOCKET, unix.SO_BINDTODEVICE, "lo")
			})
		}}
		dialed, err := dialer.Dial("tcp", listener.Addr().String())
		if err := errors.Join(bound, err); err != nil {
			t.Skip(err)
		}
		defer dialed.Close()
		if err := checker.Check(accept(t, listener, dialed.LocalAddr().String())); err != nil {
			t.Error(err)
		}
	})
}

// In a user namespace, all users without an ID there have the same ID.
func TestOwnUID(t *testing.T) {
	self := []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}}
	for _, test := range []struct {
		name string
		attr syscall.SysProcAttr
		want string
	}{
		{"without a user id", syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}, "true"},
		{"with the ID of all others", syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: self}, "true"},
		{"outside of a namespace", syscall.SysProcAttr{}, "false"},
	} {
		if got := start(t, &test.attr, "uid").line(); got != test.want {
			t.Errorf("a process %s: unsupported is %s, want %s", test.name, got, test.want)
		}
	}
	if got := startAsNobody(t, "uid").line(); got != "false" {
		t.Errorf("nobody, outside of a namespace: unsupported is %s", got)
	}
}

func TestTest_netlinkDenied(t *testing.T) {
	if got, want := start(t, nil, "without-netlink").line(), "owner.procNet"; got != want {
		t.Errorf("without netlink, the source is %s, want %s", got, want)
	}
}

func TestClose_files(t *testing.T) {
	before := openFiles(t)
	for range 50 {
		checker := New()
		if err := checker.Test(); err != nil {
			t.Fatal(err)
		}
		if err := checker.Close(); err != nil {
			t.Fatal(err)
		}
	}
	forEachSource(t, func(t *testing.T, checker *Checker) {
		_, accepted := dial(t, listen(t, "127.0.0.1:0"))
		for range 10 {
			if err := checker.Check(accepted); err != nil {
				t.Fatal(err)
			}
		}
	})
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, want %d", after, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func TestLinuxSocket(t *testing.T) {
	const inode = 1
	live := map[uint8]bool{1: true, 4: true, 5: true} // ESTABLISHED, FIN_WAIT1, FIN_WAIT2
	for state := range uint8(20) {
		if got := linuxSocket(state, 0, inode).live; got != live[state] {
			t.Errorf("state %d: live is %v", state, got)
		}
		if linuxSocket(state, 0, 0).live {
			t.Errorf("state %d, held by no process: live", state)
		}
	}
}

// An answer to an earlier question is not mistaken for the next answer.
func TestSockDiag_staleAnswer(t *testing.T) {
	s, err := openSockDiag()
	if err != nil {
		t.Skip(err)
	}
	defer s.close()
	_, accepted := dial(t, listen(t, "127.0.0.1:0"))
	peer, local, err := ends(accepted)
	if err != nil {
		t.Fatal(err)
	}
	d := s.(*sockDiag)
	putDiagQuestion(&d.question, local, peer, d.sequence)
	if _, err := unix.Write(d.fd, d.question[:]); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.check(peer, local); err != nil {
			t.Error(err)
		}
	}
}

func TestParseDiagAnswer(t *testing.T) {
	peer, local := netip.MustParseAddrPort("127.0.0.1:1"), netip.MustParseAddrPort("127.0.0.1:2")
	// An answer repeats the IDs of the question, at an offset four bytes smaller.
	var question [diagQuestion]byte
	putDiagQuestion(&question, peer, local, 7)
	answer := make([]byte, diagAnswer)
	copy(answer, question[:diagHeader])
	answer[diagHeader], answer[diagHeader+1] = unix.AF_INET, tcpEstablished
	copy(answer[diagHeader+4:], question[diagHeader+8:])
	binary.NativeEndian.PutUint32(answer[diagAnswer-8:], 1000) // uid
	binary.NativeEndian.PutUint32(answer[diagAnswer-4:], 5)    // inode

	want := socket{uid: 1000, live: true}
	if got, err := parseDiagAnswer(answer, peer, local, 7); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	other := netip.MustParseAddrPort("127.0.0.9:1")
	if got, err := parseDiagAnswer(answer, other, local, 7); err != nil || got.live {
		t.Errorf("another peer address: %+v, %v", got, err)
	}
	if got, err := parseDiagAnswer(answer, peer, peer, 7); err != nil || got.live {
		t.Errorf("another local port: %+v, %v", got, err)
	}

	denied := append([]byte(nil), answer...)
	binary.NativeEndian.PutUint16(denied[4:], unix.NLMSG_ERROR)
	binary.NativeEndian.PutUint32(denied[diagHeader:], ^uint32(0)) // -EPERM
	if _, err := parseDiagAnswer(denied, peer, local, 7); !errors.Is(err, unix.EPERM) {
		t.Errorf("denied: %v", err)
	}
	unknown := append([]byte(nil), answer...)
	unknown[4]++
	for name, wrong := range map[string][]byte{"unknown": unknown, "cut off": answer[:diagAnswer-1], "empty": nil} {
		if got, err := parseDiagAnswer(wrong, peer, local, 7); err == nil {
			t.Errorf("%s: parsed as %+v", name, got)
		}
	}
	if got, err := parseDiagAnswer(answer, peer, local, 8); err == nil {
		t.Errorf("answer to another question: parsed as %+v", got)
	}
}
