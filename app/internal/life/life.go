// Package life knows whether the program runs and why it ends.
//
//	starting ──Run──▶ serving ──Shutdown, EndSession──▶ draining ──▶ flushing ──▶ ended
//	    └─────────Shutdown, EndSession──▶ ended             └──────────Cut───────────▲
//
// An end can be asked for from the tray, a page, a signal, another launch, or the
// end of the desktop session, any number of times. It is the same end: the
// listeners close, the requests and tasks in flight finish, the plug-ins flush.
// Each step is bounded.
package life

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	// sessionTimeout is how long the end waits when the desktop session ends: systems
	// kill a program that takes much longer. After it there are only grace periods:
	// one for what was cut, and one for each plug-in that does not flush.
	sessionTimeout = 4 * time.Second

	// endTimeout bounds each of the other things that an end waits for.
	endTimeout = 10 * time.Second

	// gracePeriod is how long something that was canceled has to return.
	gracePeriod = time.Second
)

// A Life is the course of one program, from its launch to its end. Its methods may
// be called concurrently. Make one with [New].
type Life struct {
	env     dibbler.Context
	start   context.Context // canceled when the program is asked to end
	giveUp  context.CancelFunc
	work    context.Context // canceled when draining is over
	endWork context.CancelFunc
	waiting context.Context // canceled when the end must not wait any longer
	hasten  context.CancelFunc
	ended   chan struct{}

	mu           sync.Mutex
	asked        bool // to end, by the owner
	sessionEnded bool
	flushers     []flusher
	flushing     bool // or flushed already
}

// New returns the Life of a program that starts.
func New() *Life {
	l := &Life{ended: make(chan struct{})}
	l.start, l.giveUp = context.WithCancel(context.Background())
	l.work, l.endWork = context.WithCancel(l.env.WithStopping(context.Background()))
	l.waiting, l.hasten = context.WithCancel(context.Background())
	return l
}

// Start calls f, whose context is canceled when the program is asked to end. An f
// that then does not return within the bound of the end, such as a plug-in that
// hangs, is abandoned, and the error is a [*dibbler.CutError].
func Start[T any](l *Life, f func(ctx context.Context) (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f(l.start)
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-l.start.Done():
	}
	bounded, cancel := context.WithTimeout(l.waiting, endTimeout)
	defer cancel()
	r, ok := await(bounded, done)
	if !ok {
		r.err = &dibbler.CutError{Unfinished: []string{"the start"}}
	}
	return r.value, r.err
}

// Add adds services to what [Life.Run] runs; see [dibbler.Context.Add].
func (l *Life) Add(services ...dibbler.Service) error { return l.env.Add(services...) }

// Context returns the context of what the plug-ins do beside requests and tasks. It
// is canceled when draining is over, before the plug-ins flush, and
// [dibbler.Stopping] tells when draining begins.
func (l *Life) Context() context.Context { return l.work }

// Discard gives back what was added to a Life that will not run, and has the
// plug-ins flush.
func (l *Life) Discard() error {
	l.env.Close()
	l.endWork()
	return l.flush()
}

// Run serves until the program ends, has the plug-ins flush, and calls release
// with the error so far. It returns that error joined with the one of release. A
// plug-in's failure to flush is in it as an [*UnsavedError].
func (l *Life) Run(release func(err error) error) error {
	defer close(l.ended)
	err := l.env.Run(context.Background())
	l.endWork()
	err = errors.Join(err, l.flush())
	return errors.Join(err, release(err))
}

// Shutdown asks the program to end when everything in flight has finished. It does
// not wait.
func (l *Life) Shutdown() {
	l.mu.Lock()
	again := l.asked
	l.asked = true
	l.mu.Unlock()
	if !again {
		slog.Info("asked to end")
	}
	l.stop()
}

func (l *Life) stop() {
	l.giveUp()
	l.env.Stop()
}

// Cut ends the program without waiting for what is in flight. It returns at once.
func (l *Life) Cut() {
	slog.Info("ending at once")
	l.hasten()
	l.giveUp()
	l.env.Close()
}

// EndSession ends the program because the desktop session ends, and waits until it
// has ended, because the system may kill it when EndSession returns.
func (l *Life) EndSession() {
	l.stopForSession()
	<-l.ended
}

// stopForSession never cuts anything before its time: systems announce the end of a
// session in several ways, often in two at once, such as SIGTERM and SIGHUP.
func (l *Life) stopForSession() {
	l.mu.Lock()
	again := l.sessionEnded
	l.sessionEnded = true
	l.mu.Unlock()
	if again {
		return
	}
	slog.Info("the session ends")
	time.AfterFunc(sessionTimeout, l.Cut)
	l.stop()
}

// Asked reports whether the program was asked to end.
func (l *Life) Asked() bool { return l.start.Err() != nil }

// Ending reports whether the program was asked to end, or ends by itself.
func (l *Life) Ending() bool {
	select {
	case <-l.env.Stopping():
		return true
	default:
		return l.Asked()
	}
}

// SessionEnded reports whether the desktop session has ended, so that there is
// nobody to show anything to.
func (l *Life) SessionEnded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sessionEnded
}

// Stopping returns a channel that is closed when draining begins.
func (l *Life) Stopping() <-chan struct{} { return l.env.Stopping() }

// Ended returns a channel that is closed when [Life.Run] has nothing left to do.
func (l *Life) Ended() <-chan struct{} { return l.ended }

// Unfinished returns the number of requests and tasks in flight.
func (l *Life) Unfinished() int { return len(l.env.Unfinished()) }

// Finish runs work on a new goroutine, as soon as the program serves. When the program ends,
// it waits for the work as for a request, and cancels its context when the time for that is
// over. name is for messages.
func (l *Life) Finish(name string, work func(ctx context.Context)) error {
	return l.env.Add(&dibbler.Task{Name: name, Finishes: true, Run: func(ctx context.Context) error {
		work(ctx)
		return nil
	}})
}

// Do runs f as a task, which is told of the end through its context and then
// finishes like a request. Do waits for it and returns its error, which is also
// logged, as is a panic.
func (l *Life) Do(name string, f func(ctx context.Context) error) error {
	done := make(chan error, 1)
	err := l.env.Add(&dibbler.Task{Name: name, Run: func(ctx context.Context) error {
		err := try(ctx, f)
		if err != nil {
			slog.Error("task failed", "task", name, "err", err)
		}
		done <- err
		return nil
	}})
	if err != nil {
		slog.Warn("task not started", "task", name, "err", err)
		return err
	}
	select {
	case err := <-done:
		return err
	case <-l.ended:
	}
	select {
	case err := <-done: // it came at the same time
		return err
	default:
		return errors.New("cut off by the end of the program")
	}
}

// try calls f. A panic becomes an error, and its stack is logged.
func try(ctx context.Context, f func(ctx context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic", "value", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panicked: %v", v)
		}
	}()
	return f(ctx)
}

// await returns the value that done yields before ctx is done or within the grace
// period after that, and whether there was one.
func await[T any](ctx context.Context, done <-chan T) (value T, ok bool) {
	select {
	case value = <-done:
		return value, true
	case <-ctx.Done():
	}
	select {
	case value = <-done:
		return value, true
	case <-time.After(gracePeriod):
		return value, false
	}
}
