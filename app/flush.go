package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dibbler-app/dibbler/dibbler"
)

// flush has the plug-ins write down what they keep, one after the other. One that
// does not return in time keeps neither the next from it nor the program from its
// end.
func (p *program) flush() (err error) {
	ctx, cancel := context.WithTimeout(p.patience, endTimeout)
	defer cancel()
	for _, plugin := range p.Plugins {
		if f, ok := plugin.(Flusher); ok {
			err = errors.Join(err, flush(ctx, f))
		}
	}
	return err
}

func flush(ctx context.Context, f Flusher) (err error) {
	flushed := make(chan error, 1)
	go func() { flushed <- tryFlush(f) }()
	err, ok := await(ctx, flushed)
	if !ok {
		err = &dibbler.CutError{Unfinished: []string{fmt.Sprintf("Flush of %T", f)}}
	}
	return err
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
