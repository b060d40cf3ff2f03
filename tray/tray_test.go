package tray

import (
	"context"
	"sync"
	"testing"
)

func TestQuitBeforeRun(t *testing.T) {
	var tray Tray
	tray.Quit()
	tray.Quit()
	tray.Run(context.Background())
}

func TestRunWithDoneContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	new(Tray).Run(ctx)
}

func TestEndingIsCalledOnce(t *testing.T) {
	ended := 0
	tray := &Tray{Ending: func() { ended++ }}
	tray.init()
	var exits sync.WaitGroup
	for range 10 {
		exits.Go(tray.removed)
	}
	exits.Wait()
	if ended != 1 {
		t.Errorf("called %d times, want 1", ended)
	}
}

func TestRunReturnsAfterEnding(t *testing.T) {
	tray := &Tray{}
	tray.init()
	tray.removed()
	tray.Run(context.Background())
}

func TestEndingIsNotCalledForQuit(t *testing.T) {
	tray := &Tray{Ending: func() { t.Error("called") }}
	tray.Quit()
	tray.removed()
}

func TestBusyLineBlocksNoOther(t *testing.T) {
	hold, done := make(chan struct{}), make(chan struct{})
	defer close(hold)
	tray := &Tray{Menu: Menu{
		Shutdown: func() { <-hold },
		QuitNow:  func() { close(done) },
	}}
	for _, s := range []State{{}, {Draining: true}} {
		for _, l := range tray.Menu.lines(s, 0) {
			tray.choose(l)
		}
	}
	<-done
}

func TestClickOnGreyLineDoesNothing(t *testing.T) {
	open := func() { t.Error("opened while draining") }
	tray := &Tray{Menu: Menu{Open: open, Page: open}}
	tray.Update(func() State { return State{Draining: true} })
	for _, l := range tray.Menu.lines(tray.latest.get(), 0) {
		tray.choose(l)
	}
	tray.tap()
	tray.secondaryTap()
}
