package notice

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	// maxKept is how many notices wait to be shown, and how many a desktop keeps.
	maxKept = 20

	// pause is the least time between two notices.
	pause = time.Second

	// showTimeout is how long the desktop has to show a notice. It may have to start the
	// program that does so.
	showTimeout = 10 * time.Second
)

// A Config configures a [Notifier].
type Config struct {
	Name     string            // of the program
	ID       string            // of the program; its desktop entry has this name
	Icon     []byte            // a PNG
	IconFile string            // on Linux and BSD, the absolute path at which Icon is kept for others to read
	Open     func(page string) // is called for a click on a notice; it must not block
}

// A Show shows a notice that [Check] has returned. It does not wait: it calls shown when the
// desktop shows the notice, or with the reason why it does not. It does not call shown for a
// notice that was replaced or dropped before.
type Show func(n Notice, shown func(err error))

// A Notifier shows notices on the desktop, one after the other. Its methods may be called
// concurrently. Make one with [New].
type Notifier struct {
	show func(ctx context.Context, n Notice) error
	ctx  context.Context // canceled by Close
	end  context.CancelFunc

	mu      sync.Mutex
	waiting []request
	dropped int // since the last one was shown
	running bool
	workers sync.WaitGroup
}

// A request is a notice that waits to be shown.
type request struct {
	Notice
	shown func(err error)
}

// New returns a Notifier. It uses nothing of the system before the first notice.
func New(c Config) *Notifier {
	ctx, cancel := context.WithCancel(context.Background())
	return &Notifier{show: newSystem(ctx, c).show, ctx: ctx, end: cancel}
}

// Close gives up the notices that wait, and does not wait itself. Clicks on those that are
// shown do nothing any more.
func (n *Notifier) Close() { n.end() }

// Show is a [Show]. The first notice is shown at once, and further ones one a second. Of those
// that wait, a later one replaces an earlier one with the same title, and there are at most
// twenty: then the oldest is dropped.
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

// run shows the notices that wait.
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

// next returns the notice whose turn it is. If there is none, run has to end.
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
