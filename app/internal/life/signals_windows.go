package life

import (
	"os"
	"syscall"
)

// Signals end the program.
var Signals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// endsSession reports whether s is the signal to which Go converts a closed console, a
// logoff and a shutdown. Windows kills the program a few seconds later.
func endsSession(s os.Signal) bool { return s == syscall.SIGTERM }
