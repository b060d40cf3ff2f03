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

// quit ends the program gracefully. Asked again, it ends it at once.
func (p *program) quit() {
	p.mu.Lock()
	again := p.asked || p.ending()
	p.asked = true
	p.mu.Unlock()
	if again {
		slog.Info("asked to end at once")
		p.env.Close()
		return
	}
	slog.Info("asked to end")
	p.env.Stop()
}

// ending reports whether nothing new is served any more.
func (p *program) ending() bool {
	select {
	case <-p.env.Stopping():
		return true
	default:
		return false
	}
}

// endSession ends the program because the desktop session does, and waits until
// it has, because the system kills it when this returns.
func (p *program) endSession() {
	slog.Info("the session ends")
	cut := time.AfterFunc(sessionTimeout, p.env.Close)
	defer cut.Stop()
	p.env.Stop()
	<-p.ended
}

// obey ends the program on signals, until ctx is done.
func (p *program) obey(ctx context.Context, signals <-chan os.Signal) {
	for {
		select {
		case s := <-signals:
			slog.Info("signal", "signal", s)
			if endsSession(s) && !p.ending() {
				time.AfterFunc(sessionTimeout, p.env.Close)
			}
			p.quit()
		case <-ctx.Done():
			return
		}
	}
}

// quitOther is -quit: it ends the program that runs, and waits until it has.
func (a *App) quitOther(stdout io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return err
	}
	_, err = instance.SendAndWait(context.Background(), folders.State, commandQuit)
	if errors.Is(err, instance.ErrNotRunning) {
		fmt.Fprintf(stdout, "%s was not running.\n", a.Name)
		return nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%s has ended.\n", a.Name)
	}
	return err
}
