//go:build !windows

package stdio

import (
	"os"
	"os/signal"
	"syscall"
)

// CatchSIGPIPE keeps the program alive when it writes to a standard output or
// error whose reader has gone: the write then fails, as on any other file. The
// signal is caught and not ignored, because child processes would inherit that.
func CatchSIGPIPE() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// Desktops often give a program /dev/null, which is a character device as well.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
