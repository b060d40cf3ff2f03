package dibbler

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// Task is something else that runs in a [Context]: for as long as that does, such as a
// timer or a watcher of files, or until its work is finished.
type Task struct {
	// Name is what logs and errors call it.
	Name string

	// Run does the work. Its ctx is cancelled when the environment begins to end,
	// or the task is removed; it then finishes what it has begun and returns. If
	// it returns an error other than ctx's, or panics, the environment ends, and
	// [Context.Run] returns that error.
	Run func(ctx context.Context) error

	// Finishes says that Run is work with an end, as a request is. When the environment
	// begins to end, ctx goes on, and [Stopping] tells; ctx is cancelled when the time for
	// what is in flight is over, and the work then counts as cut.
	Finishes bool
}

// A taskService is a Task that runs in a Context.
type taskService struct {
	task   *Task
	signal *signal
	ctx    context.Context
	cancel context.CancelFunc
}

func (t *Task) open(env *Context) (runner, error) {
	if t.Run == nil {
		return nil, fmt.Errorf("dibbler: task %q needs Run", t.Name)
	}
	s := &taskService{task: t, signal: newSignal()}
	s.ctx, s.cancel = context.WithCancel(s.signal.context())
	return s, nil
}

func (t *Task) abandon() {}

func (s *taskService) added() {}

func (s *taskService) serve() error {
	defer s.cancel()
	result := make(chan error)
	go func() {
		err := errors.New("called runtime.Goexit") // if nothing else is known at the end
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("panicked: %v\n%s", v, debug.Stack())
			}
			result <- err
		}()
		err = s.task.Run(s.ctx)
	}()
	if err := <-result; err != nil && !isOnly(err, s.ctx.Err()) {
		return fmt.Errorf("dibbler: task %q: %w", s.task.Name, err)
	}
	return nil
}

// isOnly reports whether err is target and nothing beside it, unlike errors.Is.
func isOnly(err, target error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return !slices.ContainsFunc(joined.Unwrap(), func(err error) bool { return !isOnly(err, target) })
	}
	if next := errors.Unwrap(err); next != nil {
		return isOnly(next, target)
	}
	return errors.Is(err, target)
}

func (s *taskService) closeListeners() error { return nil }
func (s *taskService) cut()                  { s.cancel() }
func (s *taskService) doing() []string       { return []string{"task " + s.task.Name} }

func (s *taskService) drain() {
	s.signal.give()
	if !s.task.Finishes {
		s.cancel()
	}
}
