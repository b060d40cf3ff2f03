package life

import (
	"log/slog"
	"os"
	"os/signal"
)

// HandleSignals makes the system's signals end the program, until stop is called. A
// second signal cuts off unfinished requests and tasks.
func (l *Life) HandleSignals() (stop func()) {
	signals := make(chan os.Signal, len(Signals)) // two different signals can arrive at once
	signal.Notify(signals, Signals...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.handle(signals)
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-done
	}
}

func (l *Life) handle(signals <-chan os.Signal) {
	again := false
	for s := range signals {
		slog.Info("signal", "signal", s)
		switch {
		case endsSession(s):
			l.stopForSession()
		case again:
			l.Cut()
		default:
			again = true
			l.Shutdown()
		}
	}
}
