package notice

import (
	"context"
	"errors"
)

// TODO
type system struct{ c Config }

func newSystem(_ context.Context, c Config) *system { return &system{c} }

func (s *system) show(context.Context, Notice) error { return errors.New("not yet") }
