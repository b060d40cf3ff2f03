// Package owner checks whether the process at the other end of a loopback connection runs
// as the same user as this process.
//
// A server that listens on a loopback address cannot be reached from other computers, but
// other users of this computer can connect to it. A server for one person should check
// every connection that it accepts before it reads the first byte:
//
//	checker := owner.New()
//	…
//	conn, err := listener.Accept()
//	…
//	if err := checker.Check(conn); err != nil {
//		conn.Close() // another user, or unknown
//	}
//
// # Owner
//
// Users are compared by the effective user ID on Linux and macOS, and by the security
// identifier (SID) on Windows. No user is special: a server of an ordinary user refuses
// root, and a server of root refuses all other users.
//
// A process belongs to the user as whom it runs, whoever started it. A connection belongs
// to the user who made it, whoever gets it later. So a tunnel or proxy of the owner has
// the owner's access for everybody who can reach it.
//
// # Implementation
//
//   - Linux: a sock_diag query for the connection or, if sock_diag is not
//     available, the tables /proc/net/tcp and /proc/net/tcp6, which takes
//     thousands of times as long.
//   - Windows: the process in the table of TCP connections, and the user in its
//     token. This part was tested only under Wine, over IPv4. Wine does not know
//     the processes of IPv6 connections, so Test returns [ErrUnsupported] there.
//   - macOS: the user in the list of TCP sockets (sysctl
//     net.inet.tcp.pcblist_n). This part follows the public sources of the
//     kernel and was never run on a Mac.
//   - Other systems: Check returns [ErrUnsupported].
//
// Queries have both addresses and both ports, because another user can use the port of
// the owner's browser at 127.0.0.1 also at 127.0.0.9. An answer is valid only for a
// socket that a process still holds, and only while this process's end is still
// connected. Otherwise it could be about a later connection on the same ports; see
// [Checker.Check].
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

// Check and Test return errors that wrap these errors.
var (
	// ErrOtherUser means that the peer is another user.
	ErrOtherUser = errors.New("peer belongs to another user")

	// ErrGone means that no process holds the peer's end: the peer has closed or reset
	// the connection, or is not on this computer.
	ErrGone = errors.New("peer is gone or unknown")

	// ErrUnsupported means that this system does not tell who owns a connection. Other
	// users cannot cause this error.
	ErrUnsupported = errors.New("this system does not tell who owns a connection")
)

// A Checker recognises connections of the user of this process. It is safe for concurrent
// use. Make one with [New]; the zero Checker returns [ErrUnsupported]. Call Close when it
// is no longer used.
type Checker struct {
	mu     sync.Mutex
	ways   []func() (source, error) // the sources to try: the one in use, then the others
	source source                   // nil if not open
	tested bool                     // whether the source has recognised our own connections
	failed error                    // why no source is left

	// These are for checkConnected. They are kept so that a check allocates little.
	look      func(fd uintptr)
	connected bool
	lookErr   error
}

// A source asks the system who owns a connection. It is used by one goroutine at a time.
type source interface {
	// check returns nil if a process of this user holds the socket at peer that is
	// connected to local, and otherwise an error. IPv4 addresses have the four-byte form.
	check(peer, local netip.AddrPort) error
	close() error
}

// New returns a Checker. It does not use the system yet.
func New() *Checker { return newChecker(sources) }

func newChecker(ways []func() (source, error)) *Checker {
	c := &Checker{ways: ways}
	c.look = func(fd uintptr) { c.connected, c.lookErr = socketConnected(fd) }
	return c
}

// Check returns nil if the process at the other end of conn runs as the owner. Call it
// after Accept and before the first read. conn must be a TCP connection of package net,
// between loopback addresses.
//
// If the error is [ErrUnsupported], this system has no such check, and all later calls
// return the same error. The caller may then continue without the check, and must say so.
// After any other error, the caller must refuse the connection. Such an error is
// [ErrOtherUser], [ErrGone] or a failure of the system, which may be temporary. If the
// peer has already closed the connection, the error is ErrGone, even if its data can
// still be read.
//
// Before the first refusal, the Checker makes sure that it can recognise the owner; see
// [Checker.Test].
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
	// The order matters. A peer that resets the connection frees its ports, but its data
	// can still be read here. The next process on the same ports would be mistaken for
	// the sender. While our end is connected, no other process can complete a connection
	// on the same ports, so the answer was about this connection.
	if err == nil {
		err = c.checkConnected(conn)
	}
	if err != nil {
		return fmt.Errorf("%v: %w", peer, err)
	}
	return nil
}

// ask asks the first source that works.
func (c *Checker) ask(peer, local netip.AddrPort) error {
	if c.source == nil {
		if err := c.open(); err != nil {
			return err
		}
	}
	return c.source.check(peer, local)
}

// open opens the first source that this system supports.
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

// drop removes the first source, which is unsupported.
func (c *Checker) drop(why error) {
	if c.source != nil {
		why = errors.Join(why, c.source.close())
		c.source = nil
	}
	c.ways = c.ways[1:]
	c.failed = errors.Join(c.failed, why)
}

// Close closes the Checker. Later checks fail.
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

// unmap converts an IPv4 address of an IPv6 socket (::ffff:127.0.0.1) to the four-byte
// form.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// checkConnected returns nil if our end of conn is connected, also if the peer has closed
// its sending half.
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
		return fmt.Errorf("%w: the connection was reset", ErrGone)
	}
	return c.lookErr
}
