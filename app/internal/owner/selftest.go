package owner

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Test finds out whether the Checker works on this system. It connects to
// itself on the loopback addresses, in both families where there are both, and
// sees whether it recognises its own user.
//
// An error that is [ErrUnsupported] says that there is no way here and why. Any
// other error, such as too many open files, may pass.
func (c *Checker) Test() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.test()
}

func (c *Checker) test() error {
	for !c.tested {
		if len(c.ways) == 0 {
			return c.open() // says why
		}
		err := c.recognisesItself()
		if errors.Is(err, ErrUnsupported) && c.source != nil {
			c.drop(err)
			continue
		}
		if err != nil {
			return err
		}
		c.tested = true
	}
	return nil
}

// recognisesItself returns nil if our own connections are taken for our own
// user's. An answer that is wrong about ourselves is ErrUnsupported: nothing
// that is said of others can be believed then.
func (c *Checker) recognisesItself() error {
	var failed []error
	for _, address := range []string{"[::1]:0", "127.0.0.1:0"} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			failed = append(failed, err) // one of the families may not exist here
			continue
		}
		err = c.recognisesDialer(listener.Addr())
		if err := errors.Join(err, listener.Close()); err != nil {
			return err
		}
	}
	if len(failed) == 2 {
		return fmt.Errorf("cannot listen on any loopback address: %w", errors.Join(failed...))
	}
	return nil
}

// recognisesDialer connects to the address. Nobody accepts the connection: the
// system makes it without.
func (c *Checker) recognisesDialer(to net.Addr) error {
	conn, err := net.DialTimeout("tcp", to.String(), 2*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	local, peer, err := ends(conn) // seen from the other side
	if err != nil {
		return err
	}
	err = c.askAgain(peer, local)
	if errors.Is(err, ErrOtherUser) || errors.Is(err, ErrGone) {
		return fmt.Errorf("%w: of our own connection it says: %w", ErrUnsupported, err)
	}
	return denied(err)
}

// askAgain asks several times before it believes that our own connection is not
// there: some tables are read in pieces, and others can make and end connections
// meanwhile until one piece misses ours.
func (c *Checker) askAgain(peer, local netip.AddrPort) (err error) {
	const tries = 3
	for range tries {
		if err = c.ask(peer, local); !errors.Is(err, ErrGone) {
			break
		}
	}
	return err
}

// denied marks err, which came from asking the system, as ErrUnsupported if it
// says that the system does not answer such questions. What is not known to
// mean that stays an error, because ErrUnsupported may lead to going on
// without a check. Shortages, which another user can bring about, are not in
// the list.
func denied(err error) error {
	for _, final := range []error{
		fs.ErrPermission, fs.ErrNotExist, errors.ErrUnsupported,
		syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT, syscall.ECONNREFUSED, syscall.EINVAL,
	} {
		if errors.Is(err, final) {
			return fmt.Errorf("%w: %w", ErrUnsupported, err)
		}
	}
	return err
}
