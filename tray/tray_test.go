package tray

import (
	"context"
	"errors"
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

func TestReportTellsNewsOnly(t *testing.T) {
	var got []error
	tray := &Tray{Report: func(err error) { got = append(got, err) }}
	tray.init()
	if tray.Shown() {
		t.Error("shown before anything is known")
	}
	one, two := errors.New("one"), errors.New("two")
	for _, step := range []struct {
		reason error
		calls  int
	}{{one, 1}, {two, 1}, {nil, 2}, {nil, 2}, {two, 3}} {
		tray.report(step.reason)
		if len(got) != step.calls {
			t.Errorf("after %v: %d calls, want %d", step.reason, len(got), step.calls)
		}
		if want := step.reason == nil; tray.Shown() != want {
			t.Errorf("after %v: shown is %v, want %v", step.reason, tray.Shown(), want)
		}
	}
	tray.Quit()
	tray.report(nil)
	if len(got) != 3 {
		t.Error("reported after Quit")
	}
}

func TestEndingIsCalledOnce(t *testing.T) {
	ended := 0
	tray := &Tray{Ending: func() { ended++ }}
	tray.init()
	var exits sync.WaitGroup
	for range 10 {
		exits.Go(tray.exited)
	}
	exits.Wait()
	if ended != 1 {
		t.Errorf("called %d times, want 1", ended)
	}
}

func TestRunReturnsAfterEnding(t *testing.T) {
	tray := &Tray{}
	tray.init()
	tray.exited()
	tray.Run(context.Background())
}

func TestEndingIsNotCalledForQuit(t *testing.T) {
	tray := &Tray{Ending: func() { t.Error("called") }}
	tray.Quit()
	tray.exited()
}

func TestUpdateDoesNotWait(t *testing.T) {
	var tray Tray
	var updates sync.WaitGroup
	for i := range 10 {
		updates.Go(func() {
			for range 100 {
				tray.Update(State{Unfinished: i})
			}
		})
	}
	updates.Wait()
	tray.Update(State{Address: "last"})
	if got := tray.current().Address; got != "last" {
		t.Errorf("the state is %q, want the last one", got)
	}
}
