package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"
)

// defaultPort is where the original's example was found.
const defaultPort = 8888

// listenNear listens at port of 127.0.0.1 and ::1 or, if that cannot be had, at
// another one, for which other is why.
func listenNear(port int) (at []net.Listener, other error, err error) {
	at, other = listenAgain(port)
	if other == nil {
		return at, nil, nil
	}
	at, err = listenBoth(0)
	return at, other, err
}

// listenAgain listens at a port that the program may have had until a moment ago.
func listenAgain(port int) ([]net.Listener, error) {
	return retry(portPatience, func() ([]net.Listener, error) { return listenBoth(port) })
}

// retry listens until that succeeds, or patience is over.
func retry(patience time.Duration, listen func() ([]net.Listener, error)) ([]net.Listener, error) {
	const pause = 50 * time.Millisecond
	for begun := time.Now(); ; time.Sleep(pause) {
		at, err := listen()
		if err == nil || time.Since(begun) >= patience {
			return at, err
		}
	}
}

// listenBoth listens at the same port of 127.0.0.1 and, where there is one, of
// ::1. Were the second left to somebody else, browsers that are told localhost
// would talk to them. Port 0 is any that is free on both.
func listenBoth(port int) ([]net.Listener, error) {
	const tries = 20 // a port that is free on one address is rarely taken on the other
	for i := 0; ; i++ {
		at, err := listenPair(port)
		if err == nil || port != 0 || i == tries || !errors.Is(err, errSecondTaken) {
			return at, err
		}
	}
}

var errSecondTaken = errors.New("the port is free on 127.0.0.1 only")

func listenPair(port int) ([]net.Listener, error) {
	config := net.ListenConfig{Control: exclusive}
	four, err := config.Listen(context.Background(), "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
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

// noIPv6 reports whether err says that this machine has no ::1.
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
