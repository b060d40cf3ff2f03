package stdio

import (
	"os"

	"golang.org/x/sys/windows"
)

// CatchSIGPIPE does nothing, because Windows has no such signal.
func CatchSIGPIPE() {}

// A program without a console has an invalid handle or none.
func isTerminal(f *os.File) bool {
	var mode uint32
	return windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) == nil
}
