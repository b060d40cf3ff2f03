package app

import (
	"log/slog"
	"sync"
	"time"
)

// refusals counts what was refused, and logs it: not more than one line a second,
// so that somebody who is refused often cannot fill the log.
type refusals struct {
	mu     sync.Mutex
	count  int
	logged time.Time
}

func (r *refusals) add(what string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if now := time.Now(); now.Sub(r.logged) >= time.Second {
		r.logged = now
		slog.Warn(what, append(args, "refusals", r.count)...)
	}
}

func (r *refusals) total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}
