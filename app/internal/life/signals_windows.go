package life

import (
	"os"
	"syscall"
)

// Signals end the program.
var Signals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// endsSession reports whether s is what Go makes of a closed console, a log-off
// or a shutdown. Windows kills the program a few seconds later.
func endsSession(s os.Signal) bool { return s == syscall.SIGTERM }
