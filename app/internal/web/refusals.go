package web

import (
	"log/slog"
	"sync"
	"time"
)

// Refusals counts the connections and requests that were refused, and logs them:
// one line a second at most, so that somebody who is refused often cannot fill the
// log. The zero value is ready to use. Its methods may be called concurrently.
type Refusals struct {
	mu     sync.Mutex
	count  int
	logged time.Time
}

func (r *Refusals) add(message string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if now := time.Now(); now.Sub(r.logged) >= time.Second {
		r.logged = now
		slog.Warn(message, append(args, "refusals", r.count)...)
	}
}

// Total returns the number of refusals.
func (r *Refusals) Total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}
