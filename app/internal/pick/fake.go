package pick

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// A Fake is a dialog for tests. It records the requests, and waits for an answer. Make
// one with [NewFake].
type Fake struct {
	answers chan answer

	mu      sync.Mutex
	missing bool
	asked   []Request
}

type answer struct {
	paths []string
	err   error
}

// NewFake returns a Fake that can be shown.
func NewFake() *Fake { return &Fake{answers: make(chan answer, 100)} }

// Answer answers the open dialog or, if none is open, the next one.
func (f *Fake) Answer(paths []string, err error) { f.answers <- answer{paths, err} }

// Remove makes all later dialogs fail with [ErrNoDialog].
func (f *Fake) Remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.missing = true
}

// Asked returns the requests, in order.
func (f *Fake) Asked() []Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asked)
}

// Find implements [Dialog].
func (f *Fake) Find(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.missing {
		return fmt.Errorf("%w: the test has removed it", ErrNoDialog)
	}
	return nil
}

// Show implements [Dialog].
func (f *Fake) Show(ctx context.Context, r Request) ([]string, error) {
	f.mu.Lock()
	f.asked = append(f.asked, r)
	f.mu.Unlock()
	select {
	case a := <-f.answers:
		return a.paths, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// None is a Dialog that cannot be shown.
type None struct{}

// Find implements [Dialog].
func (None) Find(context.Context) error {
	return fmt.Errorf("%w: the program runs without a desktop", ErrNoDialog)
}

// Show implements [Dialog].
func (n None) Show(ctx context.Context, _ Request) ([]string, error) { return nil, n.Find(ctx) }
