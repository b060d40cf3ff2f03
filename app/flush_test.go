package app

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// flushFunc is a plug-in that writes down what it keeps.
type flushFunc func() error

func (f flushFunc) Flush() error { return f() }

func TestAFlushThatHangsKeepsNeitherTheNextNorTheEnd(t *testing.T) {
	for _, test := range []struct {
		name  string
		hurry time.Duration // after which the end is to come at once; 0: it is not
		want  time.Duration
	}{
		{"in its own time", 0, endTimeout + lastCall},
		{"hurried", 2 * time.Second, 2*time.Second + lastCall},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				var flushed bool
				hangs := flushFunc(func() error { <-release; return nil })
				a := &App{Plugins: []any{hangs, flushFunc(func() error { flushed = true; return errors.New("full") })}}
				p := a.newProgram(nil, nil)
				if test.hurry > 0 {
					time.AfterFunc(test.hurry, p.cut)
				}
				begun := time.Now()
				err := p.flush()
				if took := time.Since(begun); took != test.want {
					t.Errorf("it took %v, want %v", took, test.want)
				}
				cut, ok := errors.AsType[*dibbler.CutError](err)
				if !ok || !slices.Equal(cut.Unfinished, []string{"Flush of app.flushFunc"}) {
					t.Errorf("cut: %v", err)
				}
				if !flushed || !strings.Contains(err.Error(), "full") {
					t.Errorf("the next one: asked: %v, %v", flushed, err)
				}
			})
		})
	}
}

func TestAFlushThatTakesItsTimeIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := flushFunc(func() error { time.Sleep(endTimeout - 1); return nil })
		if err := (&App{Plugins: []any{slow}}).newProgram(nil, nil).flush(); err != nil {
			t.Error(err)
		}
	})
}
