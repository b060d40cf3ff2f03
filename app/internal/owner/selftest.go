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

// Test checks whether the Checker works on this system. It connects to itself on the
// loopback addresses of both families, and checks whether it recognises its own user.
//
// If the error is [ErrUnsupported], the Checker does not work on this system. Any other
// error, such as too many open files, may be temporary.
func (c *Checker) Test() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.test()
}

func (c *Checker) test() error {
	for !c.tested {
		if len(c.ways) == 0 {
			return c.open() // returns the reason
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

// recognisesItself returns nil if our own connections are recognised. It returns
// ErrUnsupported if the answer is wrong, because answers about other connections cannot
// be trusted then.
func (c *Checker) recognisesItself() error {
	var failed []error
	for _, address := range []string{"[::1]:0", "127.0.0.1:0"} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			failed = append(failed, err) // the system may not have this family
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

// recognisesDialer connects to the address. The connection need not be accepted.
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
		return fmt.Errorf("%w: our own connection is not recognised: %w", ErrUnsupported, err)
	}
	return denied(err)
}

// askAgain asks several times if our own connection is not found. Some tables are read in
// pieces, and a piece can miss our connection if other processes make and end connections
// meanwhile.
func (c *Checker) askAgain(peer, local netip.AddrPort) (err error) {
	const tries = 3
	for range tries {
		if err = c.ask(peer, local); !errors.Is(err, ErrGone) {
			break
		}
	}
	return err
}

// denied wraps err, an error of the system, in ErrUnsupported if it means that the system
// does not answer such questions. Only known errors do, because callers may continue
// without a check after ErrUnsupported. Shortages, which another user can cause, are not
// in the list.
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
