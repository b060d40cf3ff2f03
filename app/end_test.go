package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

func TestQuitNowEndsAtOnceWhenTheSessionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := (&App{}).newProgram(nil, nil)
		release := make(chan struct{})
		defer close(release)
		err := p.env.Add(&dibbler.Task{Name: "stuck", Run: func(context.Context) error { <-release; return nil }})
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() { ended <- p.env.Run(context.Background()) }()
		p.stopForSession()
		synctest.Wait()
		begun := time.Now()
		p.newTray().Menu.QuitNow()
		if _, cut := errors.AsType[*dibbler.CutError](<-ended); !cut {
			t.Error("nothing was cut")
		}
		if took := time.Since(begun); took >= sessionTimeout {
			t.Errorf("it took %v, as long as without a click", took)
		}
	})
}
