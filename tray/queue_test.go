package tray

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestQueues(t *testing.T) {
	var q queues
	hold, done := make(chan struct{}), make(chan []int)
	var ran []int
	q.add("a", func() { <-hold })
	for i := range 100 {
		q.add("a", func() { ran = append(ran, i) })
	}
	q.add("a", func() { done <- ran })
	close(hold)
	got := <-done
	want := make([]int, 100)
	for i := range want {
		want[i] = i
	}
	if !slices.Equal(got, want) {
		t.Errorf("ran %v", got)
	}
	q.add("a", func() { done <- nil })
	<-done // a queue that was empty
	for empty := false; !empty; runtime.Gosched() {
		q.mu.Lock()
		empty = len(q.todo) == 0
		q.mu.Unlock()
	}
}

func TestTaps(t *testing.T) {
	var taps taps
	start := time.Unix(1000, 0)
	for _, click := range []struct {
		after time.Duration
		first bool
	}{{0, true}, {200 * time.Millisecond, false}, {10 * time.Second, true}} {
		if got := taps.first(start.Add(click.after)); got != click.first {
			t.Errorf("after %v: first is %v", click.after, got)
		}
	}
}
