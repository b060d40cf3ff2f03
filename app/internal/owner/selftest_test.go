package owner

import (
	"errors"
	"net/netip"
	"os"
	"syscall"
	"testing"
)

// says is a source that always returns the same answer.
type says struct {
	err    error
	closed *int
}

func (s says) check(_, _ netip.AddrPort) error { return s.err }
func (s says) close() error                    { *s.closed++; return nil }

func TestTest(t *testing.T) {
	cannotOpen := func(err error) func() (source, error) {
		return func() (source, error) { return nil, err }
	}
	var closed int
	answers := func(err error) func() (source, error) {
		return func() (source, error) { return says{err, &closed}, nil }
	}
	type ways = []func() (source, error)

	for _, test := range []struct {
		name   string
		ways   ways
		want   error // nil if the last source is used
		closed int
	}{
		{"works", ways{answers(nil)}, nil, 0},
		{"unknown system", ways{cannotOpen(ErrUnsupported)}, ErrUnsupported, 0},
		{"denied", ways{cannotOpen(syscall.EACCES)}, ErrUnsupported, 0},
		{"denied, then works", ways{cannotOpen(syscall.EACCES), answers(nil)}, nil, 0},
		{"no answer, then works", ways{answers(syscall.EPERM), answers(nil)}, nil, 1},
		{"does not find us, then works", ways{answers(ErrGone), answers(nil)}, nil, 1},
		{"wrong user, then denied", ways{answers(ErrOtherUser), answers(syscall.EPERM)}, ErrUnsupported, 2},
		// Other users may have used up the files. Do not continue without a check.
		{"cannot open now", ways{cannotOpen(syscall.ENFILE), answers(nil)}, syscall.ENFILE, 0},
		{"cannot answer now", ways{answers(syscall.ENOBUFS), answers(nil)}, syscall.ENOBUFS, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			closed = 0
			c := newChecker(test.ways)
			for range 2 {
				err := c.Test()
				if !errors.Is(err, test.want) || c.tested != (test.want == nil) {
					t.Errorf("got %v, tested %v; want %v", err, c.tested, test.want)
				}
				if test.want != ErrUnsupported && errors.Is(err, ErrUnsupported) {
					t.Errorf("%v wraps ErrUnsupported", err)
				}
			}
			if closed != test.closed {
				t.Errorf("closed %d sources, want %d", closed, test.closed)
			}
			if _, accepted := dial(t, listen(t, "127.0.0.1:0")); !errors.Is(c.Check(accepted), test.want) {
				t.Errorf("Check: %v, want %v", c.Check(accepted), test.want)
			}
		})
	}
}

// A Checker that was not tested tests itself before it refuses a connection.
func TestCheck_untested(t *testing.T) {
	_, accepted := dial(t, listen(t, "127.0.0.1:0"))
	var closed int
	c := newChecker([]func() (source, error){func() (source, error) { return says{ErrOtherUser, &closed}, nil }})
	for range 2 {
		if err := c.Check(accepted); !errors.Is(err, ErrUnsupported) || closed != 1 {
			t.Errorf("got %v, closed %d; a source that does not recognise us was used", err, closed)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Check(accepted); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
