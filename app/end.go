package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
)

// shutdown ends the program gracefully. Asked again, it changes nothing.
func (p *program) shutdown() {
	p.mu.Lock()
	again := p.asked
	p.asked = true
	p.mu.Unlock()
	if !again {
		slog.Info("asked to end")
	}
	p.stop()
}

func (p *program) stop() {
	p.giveUp(errAsked)
	p.env.Stop()
}

// cut ends the program without letting finish what is in flight.
func (p *program) cut() {
	slog.Info("ending at once")
	p.giveUp(errAsked)
	p.hurry()
	p.env.Close()
}

// stopping reports whether nothing new is served any more.
func (p *program) stopping() bool {
	select {
	case <-p.env.Stopping():
		return true
	default:
		return false
	}
}

// ending reports whether nothing new is served any more, or soon will not be.
func (p *program) ending() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked || p.sessionEnds || p.stopping()
}

const (
	// endTimeout is how long each thing that the end waits for may take.
	endTimeout = 10 * time.Second

	// lastCall is what it gets when that time is over, or the end is to come at once.
	lastCall = time.Second
)

// await returns what comes from done before ctx is done, or a little later, and
// whether anything has.
func await[T any](ctx context.Context, done <-chan T) (result T, ok bool) {
	select {
	case result = <-done:
		return result, true
	case <-ctx.Done():
	}
	select {
	case result = <-done:
		return result, true
	case <-time.After(lastCall):
		return result, false
	}
}

// endSession ends the program because the desktop session does, and waits until
// it has, because the system kills it when this returns.
func (p *program) endSession() {
	p.stopForSession()
	<-p.ended
}

// stopForSession ends the program within the time that there is when the session
// ends. Systems say so in several ways, often in two at once, such as SIGTERM
// and SIGHUP; so this never cuts anything before its time.
func (p *program) stopForSession() {
	p.mu.Lock()
	again := p.sessionEnds
	p.sessionEnds = true
	p.mu.Unlock()
	if again {
		return
	}
	slog.Info("the session ends")
	time.AfterFunc(sessionTimeout, p.cut)
	p.stop()
}

func (p *program) sessionEnded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessionEnds
}

// obey ends the program on signals, until ctx is done. A second one cuts short what
// the first has let finish.
func (p *program) obey(ctx context.Context, signals <-chan os.Signal) {
	again := false
	for {
		select {
		case s := <-signals:
			slog.Info("signal", "signal", s)
			switch {
			case endsSession(s):
				p.stopForSession()
			case again:
				p.cut()
			default:
				again = true
				p.shutdown()
			}
		case <-ctx.Done():
			return
		}
	}
}

// quitTimeout is how long -quit waits for the end. What is in flight takes its
// time, and so does what plug-ins write down at the end.
const quitTimeout = time.Minute

// quitOther is -quit: it ends the program that runs, and waits until it has.
func (a *App) quitOther(stdout io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), quitTimeout, fmt.Errorf(
		"%s has not ended for %v; end it in the system's task manager", a.Name, quitTimeout))
	defer cancel()
	_, err = instance.SendAndWait(ctx, folders.State, commandQuit)
	if errors.Is(err, instance.ErrNotRunning) {
		fmt.Fprintf(stdout, "%s was not running.\n", a.Name)
		return nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%s has ended.\n", a.Name)
	}
	return err
}
