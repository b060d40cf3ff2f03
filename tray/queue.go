package tray

import (
	"sync"
	"time"
)

// queues call functions: those with the same key one after the other, those with different
// keys concurrently. A key has a goroutine only while it has functions to call. The zero
// value is ready to use.
type queues struct {
	mu   sync.Mutex
	todo map[string][]func() // has the keys whose goroutines are running
}

// add calls f after all functions that were added with the same key have returned. It does
// not wait.
func (q *queues) add(key string, f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.todo == nil {
		q.todo = make(map[string][]func())
	}
	todo, running := q.todo[key]
	q.todo[key] = append(todo, f)
	if !running {
		go q.run(key)
	}
}

func (q *queues) run(key string) {
	for f := q.next(key); f != nil; f = q.next(key) {
		f()
	}
}

func (q *queues) next(key string) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	todo := q.todo[key]
	if len(todo) == 0 {
		delete(q.todo, key)
		return nil
	}
	q.todo[key] = todo[1:]
	return todo[0]
}

// doubleClick is the maximum time between the two clicks of a double-click.
const doubleClick = 500 * time.Millisecond

// taps detects the second click of a double-click, which some systems report as two clicks.
type taps struct {
	mu   sync.Mutex
	last time.Time
}

// first records a click at the time now. It returns false if it is the second click of a
// double-click.
func (t *taps) first(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := now.Sub(t.last) >= doubleClick
	t.last = now
	return first
}
