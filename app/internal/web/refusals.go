package web

import (
	"log/slog"
	"sync"
	"time"
)

// Refusals counts and logs refused connections and requests. It logs at most one line a
// second, so that many refusals cannot fill the log. The zero value is ready to use. Its
// methods may be called concurrently.
type Refusals struct {
	mu     sync.Mutex
	count  int
	logged time.Time
}

func (r *Refusals) add(message string, args ...any) {
	if count, ok := r.next(); ok {
		slog.Warn(message, append(args, "refusals", count)...) // may take long
	}
}

// next counts a refusal, and reports whether to log it.
func (r *Refusals) next() (count int, log bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	now := time.Now()
	if now.Sub(r.logged) < time.Second {
		return r.count, false
	}
	r.logged = now
	return r.count, true
}

// Total returns the number of refusals.
func (r *Refusals) Total() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}
