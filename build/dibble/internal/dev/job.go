package dev

import "context"

// A job is a go command in the background. A nil job has ended.
type job struct {
	vets   bool // whether it vets; otherwise it builds
	cancel context.CancelFunc
	result chan result
	ended  chan struct{}
}

// then cancels j and starts another job, which begins after j has ended. Two go commands
// at once would be too much for a small machine.
func (j *job) then(ctx context.Context, vets bool, f func(ctx context.Context) result) *job {
	j.stop()
	ctx, cancel := context.WithCancel(ctx)
	next := &job{vets: vets, cancel: cancel, result: make(chan result, 1), ended: make(chan struct{})}
	go func() {
		defer close(next.ended)
		defer cancel()
		j.wait()
		if ctx.Err() == nil {
			next.result <- f(ctx)
		}
	}()
	return next
}

// stop cancels the job. It does not wait.
func (j *job) stop() {
	if j != nil {
		j.cancel()
	}
}

// wait waits until the job has ended.
func (j *job) wait() {
	if j != nil {
		<-j.ended
	}
}

// results returns a channel that receives the job's result.
func (j *job) results() <-chan result {
	if j == nil {
		return nil
	}
	return j.result
}
