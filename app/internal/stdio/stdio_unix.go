//go:build !windows

package stdio

import (
	"os"
	"os/signal"
	"syscall"
)

// CatchSIGPIPE prevents SIGPIPE from ending the program if the reader of standard output
// or standard error has ended. A write then returns an error, as for other files. The
// signal is caught and not ignored, because child processes would inherit the latter.
func CatchSIGPIPE() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// A character device is not enough, because desktops often use /dev/null.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
