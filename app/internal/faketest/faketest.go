// Package faketest provides a testing.TB that is not part of a test, for examples and for
// tests of the messages of failing tests.
package faketest

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A T is a fake test. It implements the methods of [testing.TB] that package apptest
// calls.
type T struct {
	testing.TB // nil, for the other methods

	stdout   io.Writer
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

// New returns a fake test that prints its errors, so that an example with errors fails.
func New() *T { return &T{stdout: os.Stdout} }

// Run runs a fake test and returns its errors.
func Run(test func(t testing.TB)) (said string) {
	t := &T{stdout: io.Discard}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.End()
		test(t)
	}()
	<-done
	return strings.Join(t.said, "\n")
}

// End ends the test. It calls the functions that were passed to Cleanup.
func (t *T) End() {
	for _, f := range slices.Backward(t.cleanups) {
		f()
	}
	t.cleanups = nil
}

func (t *T) Helper() {}

func (t *T) Output() io.Writer { return os.Stderr }

func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

func (t *T) TempDir() string {
	dir, err := os.MkdirTemp("", "faketest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("%v", err)
		}
	})
	return dir
}

func (t *T) Errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, fmt.Sprintf(format, args...))
	fmt.Fprintf(t.stdout, format+"\n", args...)
}

func (t *T) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

func (t *T) Fatal(args ...any) { t.Fatalf("%s", fmt.Sprint(args...)) }
