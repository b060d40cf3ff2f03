package app

import (
	"os"
	"syscall"
)

var endSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// endsSession reports whether s is what Go makes of a closed console, a log-off
// or a shutdown. Windows kills the program a few seconds after these.
func endsSession(s os.Signal) bool { return s == syscall.SIGTERM }

// outliveReaders has nothing to do: no signal comes when a reader has gone.
func outliveReaders() {}
