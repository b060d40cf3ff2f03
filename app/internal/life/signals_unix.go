//go:build !windows

package life

import (
	"os"
	"os/signal"
	"syscall"
)

// Signals end the program. SIGHUP is not among them if nohup has switched it off:
// the program is meant to outlive its terminal then.
var Signals = func() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	}
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
}()

// endsSession reports whether s means that the program's terminal or session goes
// away.
func endsSession(s os.Signal) bool { return s == syscall.SIGHUP }
