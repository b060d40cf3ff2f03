// Package pick asks the owner for files and folders in the system's dialog: the dialog of
// the desktop portal, zenity or kdialog on Linux and similar systems, of the shell on
// Windows, and of AppleScript on macOS.
//
// A dialog blocks only its caller. No goroutine runs while no dialog is open.
package pick

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

var (
	// ErrCanceled means that the owner has canceled the dialog.
	ErrCanceled = errors.New("nothing was chosen")

	// ErrNoDialog means that no dialog can be shown.
	ErrNoDialog = errors.New("the dialog for choosing files cannot be shown")

	// ErrBusy means that another dialog of the program is open.
	ErrBusy = errors.New("another dialog of the program is open; answer that one first")
)

// errEnding is returned by [Picker.Pick] when the program is ending. It wraps
// [context.Canceled], so that a job that returns it counts as canceled.
var errEnding error = endingError{}

type endingError struct{}

func (endingError) Error() string { return "the program is ending" }
func (endingError) Unwrap() error { return context.Canceled }

// A Dialog is the system's dialog, or a fake. Its methods may be called concurrently.
type Dialog interface {
	// Find returns an [ErrNoDialog] with the reason if the dialog cannot be shown.
	Find(ctx context.Context) error

	// Show shows a dialog for r and returns local paths. When ctx is done, it closes the
	// dialog.
	Show(ctx context.Context, r Request) (paths []string, err error)
}

// A Picker shows one dialog at a time. Its methods may be called concurrently. Make one with
// [New].
type Picker struct {
	dialog  Dialog
	allowed func() error
	ending  <-chan struct{}
	open    chan struct{} // has a token while a dialog is open
}

// New returns a Picker. allowed returns nil, or the reason why no dialog may be shown
// now. ending is closed when the program begins to end.
func New(dialog Dialog, allowed func() error, ending <-chan struct{}) *Picker {
	return &Picker{dialog, allowed, ending, make(chan struct{}, 1)}
}

// Allowed returns an [ErrNoDialog] with the reason if no dialog may be shown now.
func (p *Picker) Allowed() error {
	if err := p.allowed(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoDialog, err)
	}
	return nil
}

// Find returns an [ErrNoDialog] with the reason if no dialog can be shown now.
func (p *Picker) Find(ctx context.Context) error {
	if err := p.Allowed(); err != nil {
		return err
	}
	ctx, cancel := p.untilEnd(ctx)
	defer cancel(nil)
	return p.dialog.Find(ctx)
}

// untilEnd returns a context that is also done when the program begins to end.
func (p *Picker) untilEnd(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-p.ending:
			cancel(errEnding)
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Pick shows a dialog until the owner has answered, ctx is done, or the program begins to
// end. It returns at least one path. The paths are absolute.
func (p *Picker) Pick(ctx context.Context, r Request) ([]string, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	select {
	case <-p.ending:
		return nil, errEnding
	default:
	}
	select {
	case p.open <- struct{}{}:
		defer func() { <-p.open }()
	default:
		return nil, ErrBusy
	}
	ctx, cancel := p.untilEnd(ctx)
	defer cancel(nil)
	err := p.Find(ctx)
	var paths []string
	if err == nil {
		paths, err = p.dialog.Show(ctx, r)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err == nil {
		err = checkPaths(paths, r.Multiple)
	}
	if err != nil {
		return nil, err
	}
	for i := range paths {
		paths[i] = filepath.Clean(paths[i])
	}
	return paths, nil
}

// checkPaths returns an error if a dialog has returned wrong paths.
func checkPaths(paths []string, multiple bool) error {
	if len(paths) == 0 {
		return ErrCanceled
	}
	if len(paths) > 1 && !multiple {
		return fmt.Errorf("the dialog returned %d files instead of one", len(paths))
	}
	for _, path := range paths {
		if !filepath.IsAbs(path) || strings.Contains(path, "\x00") {
			return fmt.Errorf("the dialog returned %.200q, which is not a path on this computer", path)
		}
	}
	return nil
}
