// Package loopback listens on loopback addresses, which other computers cannot reach.
package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// Listen listens on port of 127.0.0.1 and, if this computer has it, of ::1. If another
// program had the port of ::1, browsers would reach that program under the name
// localhost. Port 0 means a port that is free on both addresses and that browsers do not
// block.
func Listen(port int) ([]net.Listener, error) {
	return retry(portTimeout, func() ([]net.Listener, error) { return listenBoth(port) })
}

// ListenNear is like [Listen], but uses another port if that fails. taken is then the
// error of the first port.
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

// URL returns the URL of the home page at port.
func URL(port int) string { return "http://" + Host(port) + "/" }

// Host returns the host and port of the program's URL.
func Host(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// CheckAddr returns an error unless addr is a loopback address, such as 127.0.0.1:1100.
func CheckAddr(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil && host != "":
		return fmt.Errorf("the address %s has a host name, which can mean any computer; use a number, such as 127.0.0.1:0", addr)
	case !ip.Unmap().IsLoopback():
		return fmt.Errorf("other computers can reach the address %s; use an address such as 127.0.0.1:0", addr)
	}
	return nil
}

// IsPage reports whether page is a path of this program, with or without a query.
// Browsers treat // and /\ as the beginning of another host's name, and ignore tabs and
// line ends.
func IsPage(page string) bool {
	return strings.HasPrefix(page, "/") && !strings.HasPrefix(page, "//") &&
		!strings.ContainsFunc(page, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f })
}

// Close closes all listeners in at.
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
	var blocked []net.Listener // kept open so that the system does not choose them again
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
	// Both ends of a connection are on this computer. So keep-alive probes are useless, and
	// so is Multipath TCP, because there is only one path.
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

// noIPv6 reports whether err means that this computer has no ::1.
func noIPv6(err error) bool {
	_, ok := errors.AsType[*net.AddrError](err)
	return ok || slices.ContainsFunc(noIPv6Errors, func(no error) bool { return errors.Is(err, no) })
}

// control is the type of [net.ListenConfig.Control].
type control = func(network, address string, c syscall.RawConn) error
