// Package owner tells whether the process at the other end of a loopback
// connection runs as the same user as this process.
//
// Listening on loopback keeps other machines out. It does not keep out the
// other users of this machine: each of them can connect to 127.0.0.1. A server
// that serves one person asks about every connection that it has accepted,
// before it reads the first byte:
//
//	checker := owner.New()
//	…
//	conn, err := listener.Accept()
//	…
//	if err := checker.Check(conn); err != nil {
//		conn.Close() // not ours, or not known to be ours
//	}
//
// # Who is the owner
//
// Users are compared by what the system calls a user: the effective user id on
// Linux and macOS, the security identifier (SID) on Windows. No user is
// special. A server of an ordinary user refuses root, and a server of root
// refuses everybody else.
//
// A process counts as the user that it runs as, whoever started it, and a
// connection counts as the user that made it, whoever was handed it later. So
// a tunnel or proxy that the owner runs speaks as the owner for all who can
// reach it.
//
// # How it knows
//
//   - Linux: one sock_diag query for exactly this connection; where there is
//     no sock_diag, the tables /proc/net/tcp and /proc/net/tcp6, which takes
//     thousands of times as long.
//   - Windows: the table of TCP connections names the process, and its token
//     names the user. This part has run under wine only, over IPv4; wine does
//     not know the processes of IPv6 connections, so there Test returns
//     [ErrUnsupported].
//   - macOS: the list of TCP sockets (sysctl net.inet.tcp.pcblist_n) names the
//     user. This part follows the public sources of the kernel and has never
//     run on a Mac.
//   - Elsewhere: not at all, and Check returns [ErrUnsupported].
//
// The system is asked for both addresses and both ports, never for a port
// alone: another user can bind 127.0.0.9 on the port that the owner's browser
// uses on 127.0.0.1. What it answers is believed only for a socket that a
// process still holds, and only while our own end is still connected.
// Together these say that the answer is about this connection and not about a
// later one on the same ports; see [Checker.Check].
package owner

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
)

// Errors that Check and Test wrap; test for them with errors.Is.
var (
	// ErrOtherUser says that the peer is known, and is not the owner.
	ErrOtherUser = errors.New("peer belongs to another user")

	// ErrGone says that no process is known to hold the peer's end any more:
	// it closed or reset the connection, or it is not on this machine.
	ErrGone = errors.New("peer is gone or unknown")

	// ErrUnsupported says that this system does not tell whose connection it
	// is. Nothing that another user does brings it about.
	ErrUnsupported = errors.New("this system does not tell whose connection it is")
)

// A Checker recognises the connections of the user that this process runs as.
// It is safe for concurrent use. Close releases what it keeps open. Make one
// with [New]; the zero Checker knows no way to ask the system and returns
// [ErrUnsupported].
type Checker struct {
	mu     sync.Mutex
	ways   []func() (source, error) // to ask the system: the one in use and those that remain
	source source                   // nil: not open
	tested bool                     // the source has recognised our own connections
	failed error                    // why none of the ways remains

	// How our own end is looked at, kept so that a check allocates little.
	look      func(fd uintptr)
	connected bool
	lookErr   error
}

// A source asks the system whose a connection is. It is used by one goroutine
// at a time.
type source interface {
	// check returns nil when the socket at peer, connected to local, is held
	// by a process of our user, and otherwise an error that says what it is.
	// IPv4 addresses come in their four-byte form.
	check(peer, local netip.AddrPort) error
	close() error
}

// New returns a Checker. The system is not asked for anything yet.
func New() *Checker { return newChecker(sources) }

func newChecker(ways []func() (source, error)) *Checker {
	c := &Checker{ways: ways}
	c.look = func(fd uintptr) { c.connected, c.lookErr = socketConnected(fd) }
	return c
}

// Check returns nil if the process at the other end of conn runs as the owner.
// Call it after Accept and before the first read. Conn must be a TCP
// connection as the net package made it, from a loopback address to a loopback
// address.
//
// An error that is [ErrUnsupported] says that there is no way here and why: all
// later checks return it too. A caller may decide to go on without a check and
// must then say so. Every other error means that the connection is to be
// refused. It wraps [ErrOtherUser] or [ErrGone], or says that the system failed
// to answer this time. A peer that has closed already is gone, even if what it
// sent can still be read.
//
// Before the first refusal, the Checker makes sure that it would recognise the
// owner, see [Checker.Test].
func (c *Checker) Check(conn net.Conn) error {
	peer, local, err := ends(conn)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.ask(peer, local)
	if err != nil && !c.tested && len(c.ways) > 0 {
		if err = c.test(); err == nil {
			err = c.ask(peer, local)
		}
	}
	// The order matters. A peer that resets the connection frees its ports,
	// and what it sent can still be read here; the next process on the same
	// ports would be taken for the sender. As long as our end is connected
	// nobody else can complete a connection on the same ports, so what was
	// found a moment ago was found about this connection.
	if err == nil {
		err = c.checkConnected(conn)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", peer, err)
	}
	return nil
}

// ask asks the first of the ways that are left.
func (c *Checker) ask(peer, local netip.AddrPort) error {
	if c.source == nil {
		if err := c.open(); err != nil {
			return err
		}
	}
	return c.source.check(peer, local)
}

// open opens the first of the ways that this system has.
func (c *Checker) open() error {
	for len(c.ways) > 0 {
		s, err := c.ways[0]()
		if err == nil {
			c.source = s
			return nil
		}
		if err = denied(err); !errors.Is(err, ErrUnsupported) {
			return err
		}
		c.drop(err)
	}
	return cmp.Or(c.failed, ErrUnsupported)
}

// drop goes on to the next way because the first is unsupported.
func (c *Checker) drop(why error) {
	if c.source != nil {
		why = errors.Join(why, c.source.close())
		c.source = nil
	}
	c.ways = c.ways[1:]
	c.failed = errors.Join(c.failed, why)
}

// Close releases what the Checker keeps open. Later checks fail.
func (c *Checker) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.source
	c.ways, c.source, c.failed = nil, nil, os.ErrClosed
	if s == nil {
		return nil
	}
	return s.close()
}

// ends returns the addresses of both ends of conn.
func ends(conn net.Conn) (peer, local netip.AddrPort, err error) {
	remoteAddr, ok1 := conn.RemoteAddr().(*net.TCPAddr)
	localAddr, ok2 := conn.LocalAddr().(*net.TCPAddr)
	if !ok1 || !ok2 {
		return peer, local, fmt.Errorf("%T is not a TCP connection", conn)
	}
	peer, local = unmap(remoteAddr.AddrPort()), unmap(localAddr.AddrPort())
	if !peer.Addr().IsLoopback() || !local.Addr().IsLoopback() {
		return peer, local, fmt.Errorf("%v to %v is not a loopback connection: %w", peer, local, ErrGone)
	}
	return peer, local, nil
}

// unmap turns an IPv4 address that came through an IPv6 socket
// (::ffff:127.0.0.1) into its four-byte form.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// checkConnected returns nil while our end of conn is connected. A peer that
// has closed only its sending half leaves it so.
func (c *Checker) checkConnected(conn net.Conn) error {
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return fmt.Errorf("%T does not show its socket", conn)
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return err
	}
	if err := raw.Control(c.look); err != nil {
		return err
	}
	if c.lookErr == nil && !c.connected {
		return fmt.Errorf("%w: it reset the connection", ErrGone)
	}
	return c.lookErr
}
