package life

import (
	"context"
	"errors"
	"fmt"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A Flusher is a plug-in that writes down at the end what it keeps in memory.
type Flusher interface {
	Flush() error
}

// An UnsavedError means that plug-ins could not flush.
type UnsavedError struct{ Err error }

func (e *UnsavedError) Error() string { return e.Err.Error() }

func (e *UnsavedError) Unwrap() error { return e.Err }

// Flush calls the Flush methods of plugins, as [Life.Run] does at the end.
func Flush(plugins []any) error { return New().flush(plugins) }

// flush calls the Flush methods of plugins, one after the other. One that does not
// return in time holds up neither the next one nor the end.
func (l *Life) flush(plugins []any) (err error) {
	ctx, cancel := context.WithTimeout(l.waiting, endTimeout)
	defer cancel()
	for _, plugin := range plugins {
		if f, ok := plugin.(Flusher); ok {
			err = errors.Join(err, flush(ctx, f))
		}
	}
	return err
}

func flush(ctx context.Context, f Flusher) error {
	flushed := make(chan error, 1)
	go func() {
		flushed <- try(ctx, func(context.Context) error { return f.Flush() })
	}()
	switch err, ok := await(ctx, flushed); {
	case !ok:
		return &dibbler.CutError{Unfinished: []string{fmt.Sprintf("Flush of %T", f)}}
	case err != nil:
		return fmt.Errorf("flushing %T: %w", f, err)
	}
	return nil
}
