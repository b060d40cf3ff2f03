//go:build !windows

package app

import (
	"os"
	"syscall"
)

var endSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}

// endsSession reports whether s comes because the terminal or the session of the
// program goes away.
func endsSession(s os.Signal) bool { return s == syscall.SIGHUP }
