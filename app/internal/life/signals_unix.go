//go:build !windows

package life

import (
	"os"
	"os/signal"
	"syscall"
)

// Signals end the program. SIGHUP is not one of them if nohup has disabled it, because
// then the program must keep running when its terminal is closed.
var Signals = func() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	}
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
}()

// endsSession reports whether s means that the program's terminal or session ends.
func endsSession(s os.Signal) bool { return s == syscall.SIGHUP }
