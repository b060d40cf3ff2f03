package dibbler

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// Task is a function that runs in a [Context], either as long as the environment, such as
// a timer or a file watcher, or until its work is finished.
type Task struct {
	// Name is the name of the task in logs and errors.
	Name string

	// Run does the work. ctx is canceled when the environment begins to end or the task
	// is removed; Run must then return. If Run returns nil or the error of ctx, only the
	// task has ended. If it returns another error or panics, the environment ends, and
	// [Context.Run] returns that error.
	Run func(ctx context.Context) error

	// Finishes says that Run finishes by itself, like a request. When the environment
	// begins to end, the channel of [Stopping] is closed, and ctx is canceled only after
	// [Context.DrainTimeout]. If Run has not returned by then, it is listed in [CutError].
	Finishes bool
}

// A taskService is a Task that runs in a Context.
type taskService struct {
	task     *Task
	stopping *stopSignal
	ctx      context.Context
	cancel   context.CancelFunc
}

func (t *Task) open(env *Context) (runner, error) {
	if t.Run == nil {
		return nil, fmt.Errorf("dibbler: task %q needs Run", t.Name)
	}
	s := &taskService{task: t, stopping: newStopSignal()}
	s.ctx, s.cancel = context.WithCancel(s.stopping.context())
	return s, nil
}

func (s *taskService) added() {}

func (s *taskService) serve() error {
	defer s.cancel()
	result := make(chan error)
	go func() {
		err := errors.New("called runtime.Goexit") // unless Run returns or panics
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

// isOnly reports whether err is target and, unlike errors.Is, wraps no other error.
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
func (s *taskService) unfinished() []string  { return []string{"task " + s.task.Name} }

func (s *taskService) drain() {
	s.stopping.send()
	if !s.task.Finishes {
		s.cancel()
	}
}
