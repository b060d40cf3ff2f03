// Package jobs keeps a list of background jobs, with their progress and results.
package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"
)

// keptJobs is how many finished jobs stay in the list.
const keptJobs = 20

// A List is a list of jobs, oldest first. Its methods may be called concurrently. Make
// one with [New].
type List struct {
	add     func(name string, work func(ctx context.Context)) error
	changed func(Snapshot)
	removed func(id string)
	telling sync.Mutex // held while changed or removed is called

	mu   sync.Mutex
	jobs []*Job
}

// New returns an empty list. add must run work on a new goroutine, with a context that is
// canceled when the program no longer waits for it. changed is called for each job at its
// start, a few times a second while it makes progress, and at its end. removed is called
// when a job is removed from the list. changed and removed are not called concurrently.
func New(add func(name string, work func(ctx context.Context)) error, changed func(Snapshot), removed func(id string)) *List {
	return &List{add: add, changed: changed, removed: removed}
}

// Start starts f as a job with this title. clean, if not nil, is called at its end. If
// the program is ending, f is not called, and the job has failed when Start returns.
func (l *List) Start(title string, f func(ctx context.Context, j *Job) error, clean func()) *Job {
	j := &Job{list: l, clean: clean, changed: make(chan struct{}, 1), ended: make(chan struct{})}
	j.now = Snapshot{ID: rand.Text(), Title: title, Begun: time.Now()}
	j.canceled, j.cancel = context.WithCancel(context.Background())
	l.mu.Lock()
	l.jobs = append(l.jobs, j)
	l.mu.Unlock()
	l.tell(j)
	if err := l.add(title, func(ctx context.Context) { j.run(ctx, f) }); err != nil {
		j.end(err)
	}
	return j
}

// Job returns the job with this ID, or nil.
func (l *List) Job(id string) *Job {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range l.jobs {
		if j.now.ID == id {
			return j
		}
	}
	return nil
}

// All returns the current states of all jobs, oldest first.
func (l *List) All() (all []Snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range l.jobs {
		all = append(all, j.Snapshot())
	}
	return all
}

// tell reports the current state of j, if it is in the list.
func (l *List) tell(j *Job) {
	l.telling.Lock()
	defer l.telling.Unlock()
	if s := j.Snapshot(); l.Job(s.ID) == j {
		l.changed(s)
	}
}

// prune removes finished jobs except the last [keptJobs].
func (l *List) prune() {
	l.telling.Lock()
	defer l.telling.Unlock()
	var gone []string
	l.mu.Lock()
	ended := 0
	for _, j := range slices.Backward(l.jobs) {
		if s := j.Snapshot(); s.State != Running {
			if ended++; ended > keptJobs {
				gone = append(gone, s.ID)
			}
		}
	}
	l.jobs = slices.DeleteFunc(l.jobs, func(j *Job) bool { return slices.Contains(gone, j.now.ID) })
	l.mu.Unlock()
	for _, id := range gone {
		l.removed(id)
	}
}

// A State says whether a job is running, or what its result is.
type State int

const (
	Running  State = iota // running or about to run
	Done                  // ended without an error
	Failed                // ended with an error
	Canceled              // canceled by the owner or by shutdown
)

func (s State) String() string { return [...]string{"running", "done", "failed", "canceled"}[s] }

// A Snapshot is the state of a job at one time.
type Snapshot struct {
	ID, Title string
	State     State
	Canceling bool    // canceled, but still running
	Text      string  // the current step, or the error
	Share     float64 // the fraction of the work that is done, up to 1; 0 if unknown
	Page      string  // the page of the result; may be empty
	Unseen    bool    // failed, and the owner has not seen that yet
	Explained bool    // failed, and Text was written for the owner
	Begun     time.Time
	Ended     time.Time
}

// errGoexit is the error of a job that calls runtime.Goexit.
var errGoexit = errors.New("called runtime.Goexit")
