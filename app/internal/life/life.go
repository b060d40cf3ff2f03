// Package life starts, runs and shuts down the program.
//
//	starting ──Run──▶ serving ──Shutdown, EndSession──▶ draining ──▶ flushing ──▶ ended
//	    └─────────Shutdown, EndSession──▶ ended             └──────────Cut───────────▲
//
// The tray, a page, a signal, another launch or the end of the desktop session can ask
// the program to end, any number of times. The steps are always the same: the listeners
// close, the unfinished requests and tasks finish, and the plug-ins flush. Each step has
// a time limit.
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
	// sessionTimeout limits the shutdown when the desktop session ends, because systems
	// kill a program that takes much longer. Only grace periods follow it: one for
	// requests that were cut, and one for each plug-in that does not flush.
	sessionTimeout = 4 * time.Second

	// endTimeout limits the rest of the start when the program is asked to end, and the
	// flush. The drain has a limit of its own, the DrainTimeout of package dibbler.
	endTimeout = 10 * time.Second

	// gracePeriod is how long the shutdown waits for a function whose context was
	// canceled.
	gracePeriod = time.Second
)

// A Life starts, runs and shuts down a program. Its methods may be called concurrently.
// Make one with [New].
type Life struct {
	env         dibbler.Context
	start       context.Context // canceled when the program is asked to end
	cancelStart context.CancelFunc
	work        context.Context // canceled after draining
	endWork     context.CancelFunc
	waiting     context.Context // canceled by Cut
	stopWaiting context.CancelFunc
	ended       chan struct{}

	mu           sync.Mutex
	asked        bool // whether the owner has asked the program to end
	sessionEnded bool
	flushers     []flusher
	flushing     bool // whether flushing has begun
}

// New returns the Life of a program that is starting.
func New() *Life {
	l := &Life{ended: make(chan struct{})}
	l.start, l.cancelStart = context.WithCancel(context.Background())
	l.work, l.endWork = context.WithCancel(l.env.WithStopping(context.Background()))
	l.waiting, l.stopWaiting = context.WithCancel(context.Background())
	return l
}

// Start calls f. The context of f is canceled when the program is asked to end. If f then
// does not return in time, for example because a plug-in hangs, Start returns a
// [*dibbler.CutError] without waiting for it.
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

// Add adds services that [Life.Run] runs; see [dibbler.Context.Add].
func (l *Life) Add(services ...dibbler.Service) error { return l.env.Add(services...) }

// Context returns the context for goroutines of the plug-ins. It is canceled after
// draining, before the plug-ins flush. The channel of [dibbler.Stopping] is closed when
// draining begins.
func (l *Life) Context() context.Context { return l.work }

// Discard closes the services of a Life that will not run, and flushes the plug-ins.
func (l *Life) Discard() error {
	l.env.Close()
	l.endWork()
	return l.flush()
}

// Run serves until the program ends, flushes the plug-ins, and calls release with the
// error so far. It returns that error joined with the error of release. Errors of the
// flush are an [*UnsavedError].
func (l *Life) Run(release func(err error) error) error {
	defer close(l.ended)
	err := l.env.Run(context.Background())
	l.endWork()
	err = errors.Join(err, l.flush())
	return errors.Join(err, release(err))
}

// Shutdown asks the program to end when all requests and tasks have finished. It does not
// wait.
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
	l.cancelStart()
	l.env.Stop()
}

// Cut ends the program without waiting for requests and tasks. It returns at once.
func (l *Life) Cut() {
	slog.Info("ending at once")
	l.stopWaiting()
	l.cancelStart()
	l.env.Close()
}

// EndSession shuts down the program because the desktop session ends. It waits until the
// program has ended, because the system may kill it when EndSession returns.
func (l *Life) EndSession() {
	l.stopForSession()
	<-l.ended
}

// stopForSession can be called several times without shortening the time for requests,
// because systems announce the end of a session in several ways, often two at once, such
// as SIGTERM and SIGHUP.
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

// Ending reports whether the program was asked to end, or is ending by itself.
func (l *Life) Ending() bool {
	select {
	case <-l.env.Stopping():
		return true
	default:
		return l.Asked()
	}
}

// SessionEnded reports whether the desktop session has ended. Then nobody can see windows
// or pages.
func (l *Life) SessionEnded() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sessionEnded
}

// Stopping returns a channel that is closed when draining begins.
func (l *Life) Stopping() <-chan struct{} { return l.env.Stopping() }

// Ended returns a channel that is closed when [Life.Run] is done.
func (l *Life) Ended() <-chan struct{} { return l.ended }

// Unfinished returns the number of unfinished requests and tasks.
func (l *Life) Unfinished() int { return len(l.env.Unfinished()) }

// Finish runs work on a new goroutine as soon as the program is serving. When the program
// ends, it waits for work as long as for a request, and then cancels its context. name is
// for messages.
func (l *Life) Finish(name string, work func(ctx context.Context)) error {
	return l.env.Add(&dibbler.Task{Name: name, Finishes: true, Run: func(ctx context.Context) error {
		work(ctx)
		return nil
	}})
}

// Do runs f as a task and returns its error. When the program ends, the context of f is
// canceled, and f gets as much time as a request. Errors and panics are also logged.
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
	case err := <-done: // f returned at the same time
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

// await receives a value from done, until ctx is done and the grace period is over. ok
// reports whether there was a value.
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
