package tray

import (
	"slices"
	"testing"
	"time"
)

func TestQueueKeepsOrderAndLosesNothing(t *testing.T) {
	var q queue
	hold, done := make(chan struct{}), make(chan []int)
	var ran []int
	q.add(func() { <-hold })
	for i := range 100 {
		q.add(func() { ran = append(ran, i) })
	}
	q.add(func() { done <- ran })
	close(hold)
	got := <-done
	want := make([]int, 100)
	for i := range want {
		want[i] = i
	}
	if !slices.Equal(got, want) {
		t.Errorf("ran %v", got)
	}
	q.add(func() { done <- nil })
	<-done // a queue that has run empty starts again
}

func TestBusyLineHoldsUpNoOther(t *testing.T) {
	hold, done := make(chan struct{}), make(chan struct{})
	defer close(hold)
	tray := &Tray{
		Shutdown: func() { <-hold },
		QuitNow:  func() { close(done) },
		clicks:   make([]queue, 4),
	}
	tray.click(2)
	tray.Update(State{Draining: true})
	tray.click(3)
	<-done
}

func TestClickOnIdleLineDoesNothing(t *testing.T) {
	tray := &Tray{Open: func() { t.Error("opened while draining") }, clicks: make([]queue, 2)}
	tray.Update(State{Draining: true})
	tray.click(0)
	tray.click(1)
	tray.tap(time.Unix(1, 0))
}

func TestDoubleClickOpensOnce(t *testing.T) {
	opened := make(chan struct{}, 10)
	tray := &Tray{Open: func() { opened <- struct{}{} }, clicks: make([]queue, 2)}
	start := time.Unix(1000, 0)
	for _, after := range []time.Duration{0, 200 * time.Millisecond, 10 * time.Second} {
		tray.tap(start.Add(after))
	}
	last := make(chan struct{})
	tray.clicks[0].add(func() { close(last) })
	<-last
	if got := len(opened); got != 2 {
		t.Errorf("a double-click and a click opened %d times, want 2", got)
	}
}
