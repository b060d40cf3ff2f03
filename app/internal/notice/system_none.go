//go:build !((linux && !android) || freebsd || openbsd || netbsd || windows || darwin)

package notice

import (
	"context"
	"errors"
)

// A system cannot show notices.
type system struct{}

func newSystem(context.Context, Config) *system { return nil }

func (*system) show(context.Context, Notice) error {
	return errors.New("this system cannot show notices")
}
