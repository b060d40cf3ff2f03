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

// outliveReaders lets the program go on when whatever read its standard output or
// standard error has ended, such as a pager, or the log of the desktop session.
// Writing there then fails, which it otherwise would not survive.
func outliveReaders() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
