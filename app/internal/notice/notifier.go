package notice

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	// maxKept limits the notices that wait, and the notices that a desktop keeps.
	maxKept = 20

	// pause is the minimum time between two notices.
	pause = time.Second

	// showTimeout limits the time to show a notice. The desktop may have to start its
	// notification service.
	showTimeout = 10 * time.Second
)

// A Config is the configuration of a [Notifier].
type Config struct {
	Name     string            // the name of the program
	ID       string            // the ID of the program, and the name of its desktop entry
	Icon     []byte            // a PNG
	IconFile string            // on Linux and BSD, the absolute path of a file for Icon
	Open     func(page string) // called for a click on a notice; must not block
}

// A Show shows a notice that [Check] has returned. It does not wait. It calls shown with
// nil when the desktop shows the notice, or with the error. It does not call shown for a
// notice that is replaced or dropped before it is shown.
type Show func(n Notice, shown func(err error))

// A Notifier shows notices on the desktop, one after another. Its methods may be called
// concurrently. Make one with [New].
type Notifier struct {
	show func(ctx context.Context, n Notice) error
	ctx  context.Context // until Close
	end  context.CancelFunc

	mu      sync.Mutex
	waiting []request
	dropped int // number of notices dropped since the last one was shown
	running bool
	workers sync.WaitGroup
}

// A request is a waiting notice.
type request struct {
	Notice
	shown func(err error)
}

// New returns a Notifier. It does not use the system before the first notice.
func New(c Config) *Notifier {
	ctx, cancel := context.WithCancel(context.Background())
	return &Notifier{show: newSystem(ctx, c).show, ctx: ctx, end: cancel}
}

// Close drops the waiting notices, and disables clicks on the notices that are shown. It
// does not wait.
func (n *Notifier) Close() { n.end() }

// Show is a [Show]. It shows at most one notice a second. A notice replaces a waiting one
// with the same title. At most 20 notices wait; if there are more, the oldest is dropped.
func (n *Notifier) Show(notice Notice, shown func(err error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ctx.Err() != nil {
		return
	}
	r := request{notice, shown}
	if i := slices.IndexFunc(n.waiting, func(w request) bool { return w.Title == r.Title }); i >= 0 {
		n.waiting[i] = r
		return
	}
	if len(n.waiting) == maxKept {
		n.waiting = slices.Delete(n.waiting, 0, 1)
		n.dropped++
	}
	n.waiting = append(n.waiting, r)
	if !n.running {
		n.running = true
		n.workers.Go(n.run)
	}
}

// run shows the waiting notices.
func (n *Notifier) run() {
	for {
		r, ok := n.next()
		if !ok {
			return
		}
		ctx, cancel := context.WithTimeout(n.ctx, showTimeout)
		err := n.show(ctx, r.Notice)
		cancel()
		if n.ctx.Err() != nil {
			return
		}
		r.shown(err)
		select {
		case <-time.After(pause):
		case <-n.ctx.Done():
		}
	}
}

// next returns the next notice. If there is none, ok is false, and run must end.
func (n *Notifier) next() (r request, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.dropped > 0 {
		slog.Warn("notices were dropped, because there were too many", "dropped", n.dropped)
		n.dropped = 0
	}
	if len(n.waiting) == 0 || n.ctx.Err() != nil {
		n.running = false
		return r, false
	}
	r = n.waiting[0]
	n.waiting = slices.Delete(n.waiting, 0, 1)
	return r, true
}
