//go:build !windows

package app

import (
	"os"
	"os/signal"
	"syscall"
)

// endSignals do not include a SIGHUP that nohup has switched off: the program is
// to outlive its terminal then.
var endSignals = func() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	}
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
}()

// endsSession reports whether s comes because the terminal or the session of the
// program goes away.
func endsSession(s os.Signal) bool { return s == syscall.SIGHUP }

// outliveReaders keeps the program from being killed when it writes to a standard
// output or error whose reader has gone, such as a launcher that has ended. Writing
// there is an error as anywhere else. The signal is not ignored: the programs that
// we start would inherit that.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
