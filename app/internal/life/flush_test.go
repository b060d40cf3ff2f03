package life

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

type flushFunc func() error

func (f flushFunc) Flush() error { return f() }

func TestFlush(t *testing.T) {
	t.Run("failed", func(t *testing.T) {
		l, full := New(), errors.New("full")
		l.Shutdown()
		err := l.Run([]any{flushFunc(func() error { return full }), flushFunc(func() error { panic("oh") })}, func(err error) error {
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
			if err := New().flush([]any{flushFunc(func() error { time.Sleep(endTimeout - 1); return nil })}); err != nil {
				t.Error(err)
			}
		})
	})
	for _, test := range []struct {
		name string
		cut  time.Duration // after which Cut is called; 0: never
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
				l := New()
				if test.cut > 0 {
					time.AfterFunc(test.cut, l.Cut)
				}
				begun := time.Now()
				err := l.flush([]any{
					flushFunc(func() error { <-release; return nil }),
					flushFunc(func() error { flushed = true; return errors.New("full") }),
				})
				if took := time.Since(begun); took != test.want {
					t.Errorf("it took %v, want %v", took, test.want)
				}
				cut, ok := errors.AsType[*dibbler.CutError](err)
				if !ok || !slices.Equal(cut.Unfinished, []string{"Flush of life.flushFunc"}) {
					t.Errorf("cut: %v", err)
				}
				if !flushed || !strings.Contains(err.Error(), "full") {
					t.Errorf("the next one: called %v, %v", flushed, err)
				}
			})
		})
	}
}
