// Package loopback listens on this machine's own addresses, which no other
// machine can reach.
package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// Listen listens on port of 127.0.0.1 and, where the machine has it, of ::1. If
// ::1 were left to another program, browsers that are told localhost would talk to
// that. Port 0 means a port that is free on both and that browsers open.
func Listen(port int) ([]net.Listener, error) {
	return retry(portTimeout, func() ([]net.Listener, error) { return listenBoth(port) })
}

// ListenNear is [Listen] or, if that fails, Listen on another port; taken is then
// the reason.
func ListenNear(port int) (at []net.Listener, taken, err error) {
	at, taken = Listen(port)
	if taken == nil {
		return at, nil, nil
	}
	at, err = Listen(0)
	return at, taken, err
}

// Port returns the port that at listens on.
func Port(at []net.Listener) int { return at[0].Addr().(*net.TCPAddr).Port }

// URL returns the address of the home page at port.
func URL(port int) string { return "http://" + Host(port) + "/" }

// Host returns the host and port that browsers are sent to.
func Host(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// CheckAddr returns an error unless addr, such as 127.0.0.1:1100, is an address of
// this machine that no other machine can reach.
func CheckAddr(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil && host != "":
		return fmt.Errorf("the address %s has a name, which can mean any machine; give a number, such as 127.0.0.1:0", addr)
	case !ip.Unmap().IsLoopback():
		return fmt.Errorf("other machines can reach the address %s; give one such as 127.0.0.1:0", addr)
	}
	return nil
}

// IsPage reports whether page is a path of the program's own address, with or without
// a query. Browsers take // and /\ for the begin of another host's name, and pass over
// tabs and line ends.
func IsPage(page string) bool {
	return strings.HasPrefix(page, "/") && !strings.HasPrefix(page, "//") &&
		!strings.ContainsFunc(page, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f })
}

// Close closes all of at.
func Close(at []net.Listener) (err error) {
	for _, l := range at {
		err = errors.Join(err, l.Close())
	}
	return err
}

// retry calls listen until it succeeds, for at most timeout.
func retry(timeout time.Duration, listen func() ([]net.Listener, error)) ([]net.Listener, error) {
	const pause = 50 * time.Millisecond
	for begun := time.Now(); ; time.Sleep(pause) {
		at, err := listen()
		if err == nil || time.Since(begun) >= timeout {
			return at, err
		}
	}
}

func listenBoth(port int) ([]net.Listener, error) {
	if port != 0 {
		return listenPair(port)
	}
	const tries = 20           // a port that is free on one address is rarely taken on the other
	var blocked []net.Listener // held meanwhile, or the system may choose them again
	defer func() { Close(blocked) }()
	for i := 1; ; i++ {
		at, err := listenPair(0)
		if err == nil {
			if err = ports.Check(Port(at)); err == nil {
				return at, nil
			}
			blocked = append(blocked, at...)
		} else if !errors.Is(err, errSecondTaken) {
			return nil, err
		}
		if i == tries {
			return nil, err
		}
	}
}

var errSecondTaken = errors.New("the port is free on 127.0.0.1 only")

func listenPair(port int) ([]net.Listener, error) {
	// Probes would tell nothing, and there is one path only: both ends of a connection are
	// this machine. With Multipath TCP each connection costs the kernel more.
	config := net.ListenConfig{Control: exclusive, KeepAlive: -1}
	config.SetMultipathTCP(false)
	four, err := config.Listen(context.Background(), "tcp4", Host(port))
	if err != nil {
		return nil, err
	}
	port = four.Addr().(*net.TCPAddr).Port
	six, err := config.Listen(context.Background(), "tcp6", net.JoinHostPort("::1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return []net.Listener{four, six}, nil
	case noIPv6(err):
		return []net.Listener{four}, nil
	}
	return nil, errors.Join(fmt.Errorf("%w: %w", errSecondTaken, err), four.Close())
}

// noIPv6 reports whether err means that this machine has no ::1.
func noIPv6(err error) bool {
	for _, no := range noIPv6Errors {
		if errors.Is(err, no) {
			return true
		}
	}
	var addr *net.AddrError
	return errors.As(err, &addr)
}

// control is the type of [net.ListenConfig.Control].
type control = func(network, address string, c syscall.RawConn) error
