package life

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// flushing returns a Life with these OnFlush functions, which are called last first.
func flushing(t *testing.T, functions ...func() error) *Life {
	t.Helper()
	l := New()
	for _, f := range functions {
		if err := l.OnFlush("*spam.Spam", func(context.Context) error { return f() }); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestFlush(t *testing.T) {
	t.Run("failed", func(t *testing.T) {
		full := errors.New("full")
		l := flushing(t, func() error { return full }, func() error { panic("oh") })
		l.Shutdown()
		err := l.Run(func(err error) error {
			if !errors.Is(err, full) {
				t.Errorf("release gets %v", err)
			}
			return nil
		})
		unsaved, ok := errors.AsType[*UnsavedError](err)
		if !ok || !errors.Is(unsaved, full) || !strings.Contains(err.Error(), "oh") {
			t.Errorf("%v", err)
		}
	})
	t.Run("slow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			if err := flushing(t, func() error { time.Sleep(endTimeout - 1); return nil }).flush(); err != nil {
				t.Error(err)
			}
		})
	})
	for _, test := range []struct {
		name string
		cut  time.Duration // when Cut is called; 0 means never
		want time.Duration
	}{
		{"hangs", 0, endTimeout + gracePeriod},
		{"hangs and is cut", 2 * time.Second, 2*time.Second + gracePeriod},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				flushed := false
				l := flushing(t,
					func() error { flushed = true; return errors.New("full") },
					func() error { <-release; return nil },
				)
				if test.cut > 0 {
					time.AfterFunc(test.cut, l.Cut)
				}
				begun := time.Now()
				err := l.flush()
				if took := time.Since(begun); took != test.want {
					t.Errorf("it took %v, want %v", took, test.want)
				}
				cut, ok := errors.AsType[*dibbler.CutError](err)
				if !ok || !slices.Equal(cut.Unfinished, []string{"OnFlush of *spam.Spam"}) {
					t.Errorf("cut: %v", err)
				}
				if !flushed || !strings.Contains(err.Error(), "full") {
					t.Errorf("the next one: called %v, %v", flushed, err)
				}
			})
		})
	}
}

// The Stopping channel of the context is closed when draining begins, and the context is
// canceled when draining is over, before the flush.
func TestContext(t *testing.T) {
	l := New()
	ctx := l.Context()
	drained := false
	if err := l.Add(&dibbler.Task{Name: "work", Run: func(stop context.Context) error {
		<-stop.Done()
		<-dibbler.Stopping(ctx)
		if ctx.Err() != nil {
			t.Error("canceled while draining")
		}
		drained = true
		return nil
	}}); err != nil {
		t.Fatal(err)
	}
	flushed := false
	if err := l.OnFlush("*spam.Spam", func(context.Context) error {
		flushed = true
		if ctx.Err() == nil {
			t.Error("not canceled before the flush")
		}
		if err := l.OnFlush("late", func(context.Context) error { return nil }); err == nil {
			t.Error("OnFlush while flushing returns no error")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-dibbler.Stopping(ctx):
		t.Error("Run returns before the program was asked to end")
	default:
	}
	l.Shutdown()
	if err := l.Run(func(err error) error { return nil }); err != nil || !drained || !flushed {
		t.Errorf("%v, drained: %v, flushed: %v", err, drained, flushed)
	}
}

// If the start fails, the plug-ins that were started are flushed once.
func TestDiscard_flushes(t *testing.T) {
	var order []string
	l := flushing(t,
		func() error { order = append(order, "first"); return nil },
		func() error { order = append(order, "second"); return errors.New("full") },
	)
	if err := l.Discard(); err == nil || !strings.Contains(err.Error(), "OnFlush of *spam.Spam: full") {
		t.Error(err)
	}
	if err := l.Discard(); err != nil {
		t.Errorf("again: %v", err)
	}
	if !slices.Equal(order, []string{"second", "first"}) {
		t.Errorf("flushed %q", order)
	}
	if l.Context().Err() == nil {
		t.Error("the context was not canceled")
	}
}
