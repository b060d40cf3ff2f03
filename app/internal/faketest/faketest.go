// Package faketest provides a testing.TB that belongs to no test, for examples and for tests
// of the messages of failing tests.
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
// calls. Make one with [New].
type T struct {
	testing.TB // nil

	stdout   io.Writer
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

// New returns a fake test whose errors are printed, so that they spoil the output of an
// example.
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

// End runs what runs at the end of a test, such as the functions of Cleanup.
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
