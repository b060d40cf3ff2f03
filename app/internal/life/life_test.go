package life

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs l on a goroutine until it is asked to end.
func run(t *testing.T, l *Life) <-chan error {
	t.Helper()
	err := l.Add(&dibbler.Task{Name: "server", Run: func(ctx context.Context) error { <-ctx.Done(); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.Run(func(error) error { return nil }) }()
	return ended
}

func TestShutdownDrains(t *testing.T) {
	l := New()
	ended := run(t, l)
	begun, finished := make(chan struct{}), false
	done := make(chan error, 1)
	go func() {
		done <- l.Do("save", func(ctx context.Context) error {
			close(begun)
			<-ctx.Done()
			finished = true
			return errors.New("saved, but not quite")
		})
	}()
	<-begun
	if l.Ending() {
		t.Error("Run returns before the program was asked to end")
	}
	l.Shutdown()
	l.Shutdown() // a second time, which cuts nothing
	if !l.Ending() {
		t.Error("the program does not end")
	}
	if err := <-done; err == nil || err.Error() != "saved, but not quite" {
		t.Errorf("Do: %v", err)
	}
	if err := <-ended; err != nil || !finished {
		t.Errorf("Run: %v, finished %v", err, finished)
	}
	if err := l.Do("late", func(context.Context) error { return nil }); err == nil {
		t.Error("Do after shutdown returns no error")
	}
	if l.SessionEnded() {
		t.Error("the session has not ended")
	}
}

func TestDoPanics(t *testing.T) {
	log, logger := new(bytes.Buffer), slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	defer slog.SetDefault(logger)
	l := New()
	ended := run(t, l)
	if err := l.Do("oh", func(context.Context) error { panic("in a task") }); err == nil || err.Error() != "panicked: in a task" {
		t.Errorf("Do: %v", err)
	}
	l.Shutdown()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "life_test.go") {
		t.Errorf("the log has no stack: %s", log)
	}
}

// The shutdown takes no longer than its time limit, although a task does not return.
func TestEnd_limits(t *testing.T) {
	const drainTimeout = 10 * time.Second // of package dibbler
	for _, test := range []struct {
		name    string
		end     func(l *Life)
		limit   time.Duration
		session bool
	}{
		{"Shutdown", (*Life).Shutdown, drainTimeout + gracePeriod, false},
		{"Cut", (*Life).Cut, gracePeriod, false},
		{"Shutdown, then Cut", func(l *Life) { l.Shutdown(); l.Cut() }, gracePeriod, false},
		{"two signals", func(l *Life) { l.handle(signals(os.Interrupt, os.Interrupt)) }, gracePeriod, false},
		// Systems wait for about five seconds.
		{"EndSession", (*Life).EndSession, 5 * time.Second, true},
		{"end of session, then Cut", func(l *Life) { l.stopForSession(); l.Cut() }, gracePeriod, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, release := New(), make(chan struct{})
				defer close(release)
				if err := l.Add(&dibbler.Task{Name: "stuck", Run: func(context.Context) error { <-release; return nil }}); err != nil {
					t.Fatal(err)
				}
				ended := run(t, l)
				synctest.Wait()
				begun := time.Now()
				test.end(l)
				if _, cut := errors.AsType[*dibbler.CutError](<-ended); !cut {
					t.Error("nothing was cut")
				}
				if took := time.Since(begun); took > test.limit {
					t.Errorf("the shutdown took %v, want at most %v", took, test.limit)
				}
				if l.SessionEnded() != test.session {
					t.Errorf("SessionEnded is %v", !test.session)
				}
			})
		})
	}
}

// signals returns a closed channel with these signals.
func signals(all ...os.Signal) <-chan os.Signal {
	c := make(chan os.Signal, len(all))
	for _, s := range all {
		c <- s
	}
	close(c)
	return c
}

// It is not an error if the program is asked to end before it serves.
func TestHandle_beforeRun(t *testing.T) {
	l := New()
	if err := l.Add(&dibbler.Server{Addr: "127.0.0.1:0"}); err != nil {
		t.Fatal(err)
	}
	l.handle(signals(os.Interrupt, syscall.SIGTERM))
	if err := l.Run(func(err error) error { return err }); err != nil {
		t.Error(err)
	}
}

func TestStart(t *testing.T) {
	t.Run("done", func(t *testing.T) {
		if n, err := Start(New(), func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
			t.Errorf("Start returns %d, %v, want 7", n, err)
		}
	})
	t.Run("asked to end", func(t *testing.T) {
		l := New()
		n, err := Start(l, func(ctx context.Context) (int, error) {
			l.Shutdown()
			<-ctx.Done()
			return 7, nil
		})
		if n != 7 || err != nil || !l.Ending() {
			t.Errorf("Start returns %d, %v, ending: %v, want 7 and true", n, err, l.Ending())
		}
		l.Discard()
	})
	t.Run("hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, release := New(), make(chan struct{})
			defer close(release)
			begun := time.Now()
			_, err := Start(l, func(context.Context) (int, error) {
				l.Shutdown()
				<-release
				return 7, nil
			})
			if cut, ok := errors.AsType[*dibbler.CutError](err); !ok || !slices.Equal(cut.Unfinished, []string{"the start"}) {
				t.Errorf("%v", err)
			}
			if took := time.Since(begun); took != endTimeout+gracePeriod {
				t.Errorf("it took %v", took)
			}
			l.Discard()
		})
	})
}
