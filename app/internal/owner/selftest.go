package owner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"
)

// openFirst opens the first source that this system supports.
func openFirst(ctx context.Context, ways []func() (source, error)) (source, error) {
	var unsupported []error
	for _, open := range ways {
		s, err := openTested(ctx, open)
		if !errors.Is(err, ErrUnsupported) {
			return s, err
		}
		unsupported = append(unsupported, err)
	}
	return nil, errors.Join(unsupported...)
}

// openTested opens a source and returns it if it recognises its own user.
func openTested(ctx context.Context, open func() (source, error)) (source, error) {
	s, err := open()
	if err != nil {
		return nil, denied(err)
	}
	if err := recognisesItself(ctx, s); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// recognisesItself connects to itself on the loopback addresses and returns
// nil if the source takes the peer for our own user each time. An answer that
// is wrong about ourselves is ErrUnsupported: nothing that it says of others
// can be believed.
func recognisesItself(ctx context.Context, s source) error {
	var failed []error
	for _, address := range []string{"[::1]:0", "127.0.0.1:0"} {
		var config net.ListenConfig
		listener, err := config.Listen(ctx, "tcp", address)
		if err != nil {
			failed = append(failed, err) // one of the families may not exist here
			continue
		}
		if err := recognisesDialer(ctx, s, listener); err != nil {
			return err
		}
	}
	if len(failed) == 2 {
		return fmt.Errorf("cannot listen on any loopback address: %w", errors.Join(failed...))
	}
	return nil
}

// recognisesDialer connects to listener, which it closes, and checks the
// connection from the accepting side.
func recognisesDialer(ctx context.Context, s source, listener net.Listener) error {
	defer listener.Close()
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()

	var dialer net.Dialer
	dialed, err := dialer.DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return err
	}
	defer dialed.Close()
	accepted, err := acceptFrom(listener, dialed.LocalAddr())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	defer accepted.Close()

	peer, local, err := ends(accepted)
	if err != nil {
		return err
	}
	err = s.check(peer, local)
	if errors.Is(err, ErrOtherUser) || errors.Is(err, ErrGone) {
		return fmt.Errorf("%w: of our own connection it says: %v", ErrUnsupported, err)
	}
	return denied(err)
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

// acceptFrom returns the connection from the given address. Anybody on this
// machine can connect meanwhile; they are turned away.
func acceptFrom(listener net.Listener, from net.Addr) (net.Conn, error) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return nil, err
		}
		if conn.RemoteAddr().String() == from.String() {
			return conn, nil
		}
		conn.Close()
	}
}
