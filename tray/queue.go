package tray

import (
	"sync"
	"time"
)

// A queue calls functions one after the other. It has a goroutine only while
// there are functions to call. The zero queue is ready to use.
type queue struct {
	mu   sync.Mutex
	todo []func()
	busy bool
}

// add calls f after all functions that were added before it have returned. It
// does not wait.
func (q *queue) add(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.todo = append(q.todo, f)
	if !q.busy {
		q.busy = true
		go q.run()
	}
}

func (q *queue) run() {
	for f := q.next(); f != nil; f = q.next() {
		f()
	}
}

func (q *queue) next() func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.todo) == 0 {
		q.busy = false
		return nil
	}
	f := q.todo[0]
	q.todo = q.todo[1:]
	return f
}

// doubleClick is the longest time between the two clicks of a double-click.
const doubleClick = 500 * time.Millisecond

// taps tells the second click of a double-click from a click of its own. Some
// systems report a double-click as two clicks.
type taps struct {
	mu   sync.Mutex
	last time.Time
}

// first notes a click at the time now and reports whether it is not the second
// one of a double-click.
func (t *taps) first(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := now.Sub(t.last) >= doubleClick
	t.last = now
	return first
}
