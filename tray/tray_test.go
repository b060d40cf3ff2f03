package tray

import (
	"context"
	"sync"
	"testing"
)

func TestQuit_beforeRun(t *testing.T) {
	var tray Tray
	tray.Quit()
	tray.Quit()
	tray.Run(context.Background())
}

func TestRun_canceledContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	new(Tray).Run(ctx)
}

func TestEnding_once(t *testing.T) {
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

func TestRun_returnsAfterEnding(t *testing.T) {
	tray := &Tray{}
	tray.init()
	tray.removed()
	tray.Run(context.Background())
}

func TestEnding_notForQuit(t *testing.T) {
	tray := &Tray{Ending: func() { t.Error("called") }}
	tray.Quit()
	tray.removed()
}

func TestChoose_blockedLine(t *testing.T) {
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

func TestTap_draining(t *testing.T) {
	open := func() { t.Error("Open was called while draining") }
	tray := &Tray{Menu: Menu{Open: open, Page: open}}
	tray.Update(func() State { return State{Draining: true} })
	for _, l := range tray.Menu.lines(tray.latest.get(), 0) {
		tray.choose(l)
	}
	tray.tap()
	tray.secondaryTap()
}
