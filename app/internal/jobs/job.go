package jobs

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

// tellPause is the minimum time between two reports of a job's progress.
const tellPause = 250 * time.Millisecond

// A Job is a running or finished job of a List. Its methods may be called concurrently.
type Job struct {
	list     *List
	clean    func()
	canceled context.Context // canceled by Cancel
	cancel   context.CancelFunc
	changed  chan struct{} // has a token if now has changed
	ended    chan struct{}

	mu  sync.Mutex
	now Snapshot // its ID does not change
	err error    // the result, if the job has ended
}

// Snapshot returns the current state of the job.
func (j *Job) Snapshot() Snapshot {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now
}

// Update calls change to change the current state, unless the job has ended. The change
// is reported soon. Update is cheap and can be called often.
func (j *Job) Update(change func(*Snapshot)) {
	j.mu.Lock()
	if j.now.State == Running {
		change(&j.now)
	}
	j.mu.Unlock()
	select {
	case j.changed <- struct{}{}:
	default: // there is a token already
	}
}

// Cancel cancels the context of the job. It does not wait.
func (j *Job) Cancel() {
	j.Update(func(s *Snapshot) { s.Canceling = true })
	j.cancel()
}

// Seen records that the owner has seen the result of the job.
func (j *Job) Seen() {
	j.mu.Lock()
	unseen := j.now.Unseen
	j.now.Unseen = false
	j.mu.Unlock()
	if unseen {
		j.list.tell(j)
	}
}

// Ended returns a channel that is closed when the job has ended.
func (j *Job) Ended() <-chan struct{} { return j.ended }

// Err returns the error of the job if it has ended, or nil.
func (j *Job) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// run runs f with a context that is canceled when ctx is, and by Cancel.
func (j *Job) run(ctx context.Context, f func(ctx context.Context, j *Job) error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(j.canceled, cancel)
	defer stop()
	go j.tell()
	err := errGoexit // unless f returns or panics
	defer func() {
		if v := recover(); v != nil {
			slog.Error("job panicked", "job", j.now.Title, "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panicked: %v", v)
		}
		j.end(err)
	}()
	err = f(ctx, j)
}

// tell reports the job's progress until it ends.
func (j *Job) tell() {
	for {
		select {
		case <-j.changed:
			j.list.tell(j)
		case <-j.ended:
			return
		}
		select {
		case <-time.After(tellPause):
		case <-j.ended:
			return
		}
	}
}

// end records the result of the job.
func (j *Job) end(err error) {
	if j.clean != nil {
		j.clean()
	}
	j.cancel()
	j.mu.Lock()
	s := &j.now
	s.Ended, s.Canceling = time.Now(), false
	switch j.err = err; {
	case err == nil:
		s.State, s.Text, s.Share = Done, "", 1
	case errors.Is(err, context.Canceled):
		s.State, s.Text, s.Page = Canceled, "", ""
	default:
		s.State, s.Text, s.Page, s.Unseen = Failed, err.Error(), "", true
		if e, ok := errors.AsType[*dibbler.Error](err); ok && e != nil && e.Message != "" {
			s.Text, s.Explained = e.Message, true
		}
	}
	now := *s
	j.mu.Unlock()
	level := slog.LevelInfo
	if now.State == Failed {
		level = slog.LevelError
	}
	args := []any{"job", now.Title, "state", now.State, "after", now.Ended.Sub(now.Begun).Round(time.Millisecond)}
	if err != nil {
		args = append(args, "err", err)
	}
	slog.Log(context.Background(), level, "job ended", args...)
	close(j.ended)
	j.list.tell(j)
	j.list.prune()
}
