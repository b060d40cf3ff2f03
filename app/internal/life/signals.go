package life

import (
	"log/slog"
	"os"
	"os/signal"
)

// HandleSignals has the signals of the system end the program, until stop is
// called. A second signal cuts what the first has left to finish.
func (l *Life) HandleSignals() (stop func()) {
	signals := make(chan os.Signal, len(Signals)) // two of different kinds can come at once
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
