package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	// flushTimeout is how long the plug-ins together may take to write down what
	// they keep.
	flushTimeout = 10 * time.Second

	// lastFlush is what each of them gets when that time is over, or the end is to
	// come at once.
	lastFlush = time.Second
)

// flush has the plug-ins write down what they keep, one after the other. One that
// does not return in time keeps neither the next from it nor the program from its
// end.
func (p *program) flush() (err error) {
	ctx, cancel := context.WithTimeout(p.patience, flushTimeout)
	defer cancel()
	for _, plugin := range p.Plugins {
		if f, ok := plugin.(Flusher); ok {
			err = errors.Join(err, flush(ctx, f))
		}
	}
	return err
}

// flush waits for f until ctx is done, and a little longer.
func flush(ctx context.Context, f Flusher) error {
	flushed := make(chan error, 1)
	go func() { flushed <- tryFlush(f) }()
	select {
	case err := <-flushed:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-flushed:
		return err
	case <-time.After(lastFlush):
		return &dibbler.CutError{Unfinished: []string{fmt.Sprintf("Flush of %T", f)}}
	}
}

func tryFlush(f Flusher) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("flushing %T panicked: %v", f, v)
		}
	}()
	if err := f.Flush(); err != nil {
		return fmt.Errorf("flushing %T: %w", f, err)
	}
	return nil
}
