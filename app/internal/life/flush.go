package life

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dibbler-app/dibbler/dibbler"
)

// An UnsavedError means that functions of [Life.OnFlush] failed.
type UnsavedError struct{ Err error }

func (e *UnsavedError) Error() string { return e.Err.Error() }

func (e *UnsavedError) Unwrap() error { return e.Err }

// A flusher is a function of [Life.OnFlush] and the name of its plug-in.
type flusher struct {
	plugin string
	flush  func(ctx context.Context) error
}

// OnFlush registers f to be called when the program ends and all requests and tasks have
// finished or been cut. plugin is the name of the plug-in, for messages.
func (l *Life) OnFlush(plugin string, f func(ctx context.Context) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.flushing {
		return errors.New("OnFlush is too late: the program is ending")
	}
	l.flushers = append(l.flushers, flusher{plugin, f})
	return nil
}

// flush calls each function of [Life.OnFlush] once, the last one first. A function that
// does not return in time delays neither the next one nor the shutdown. The error is an
// [*UnsavedError].
func (l *Life) flush() error {
	l.mu.Lock()
	flushers := l.flushers
	l.flushers, l.flushing = nil, true
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(l.waiting, endTimeout)
	defer cancel()
	var errs []error
	for _, f := range slices.Backward(flushers) {
		errs = append(errs, f.run(ctx))
	}
	if err := errors.Join(errs...); err != nil {
		return &UnsavedError{err}
	}
	return nil
}

func (f flusher) run(ctx context.Context) error {
	flushed := make(chan error, 1)
	go func() { flushed <- try(ctx, f.flush) }()
	switch err, ok := await(ctx, flushed); {
	case !ok:
		return &dibbler.CutError{Unfinished: []string{"OnFlush of " + f.plugin}}
	case err != nil:
		return fmt.Errorf("OnFlush of %s: %w", f.plugin, err)
	}
	return nil
}
