package tray

import (
	"context"
	"errors"
	"testing"
)

func TestPlace(t *testing.T) {
	var got []error
	report := func(err error) { got = append(got, err) }
	ctx, cancel := context.WithCancel(context.Background())
	var p place
	if p.found() {
		t.Error("found before set")
	}
	one, two := errors.New("one"), errors.New("two")
	for _, step := range []struct {
		missing error
		calls   int
	}{{one, 1}, {two, 1}, {nil, 2}, {nil, 2}, {two, 3}} {
		p.set(ctx, step.missing, report)
		if len(got) != step.calls {
			t.Errorf("after %v: %d calls, want %d", step.missing, len(got), step.calls)
		}
		if want := step.missing == nil; p.found() != want {
			t.Errorf("after %v: found is %v, want %v", step.missing, p.found(), want)
		}
	}
	cancel()
	p.set(ctx, nil, report)
	if len(got) != 3 {
		t.Error("reported after ctx was canceled")
	}
}
