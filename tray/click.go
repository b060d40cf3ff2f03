package tray

import (
	"sync"
	"time"
)

// doubleClick is how soon after a click on the icon another one belongs to it.
const doubleClick = 500 * time.Millisecond

// tap is called for a click on the icon itself. Where the system reports a
// double-click as two clicks, the program is opened once all the same.
func (t *Tray) tap(now time.Time) {
	t.mu.Lock()
	again := now.Sub(t.tapped) < doubleClick
	t.tapped = now
	t.mu.Unlock()
	if !again {
		t.click(0) // Open is the first line where there is one
	}
}

// click does what line i of the menu stands for at this moment.
func (t *Tray) click(i int) {
	if do := t.lines(t.current())[i].do; do != nil {
		t.clicks[i].add(do)
	}
}

// A queue calls functions one after the other. It has a goroutine while it has
// something to do. The zero queue is ready.
type queue struct {
	mu   sync.Mutex
	todo []func()
	busy bool
}

// add calls f when what was added before has returned. It does not wait.
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
