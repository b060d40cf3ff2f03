package desk

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// Restart starts the program file with the arguments of this process, and does not wait
// for it.
func Restart(file string) error {
	args := slices.DeleteFunc(slices.Clone(os.Args[1:]), func(arg string) bool {
		return arg == "-no-browser" || arg == "--no-browser" // after the restart, the owner wants to see the page
	})
	cmd := exec.Command(file, args...)
	cmd.Env = inSession(environ)
	cmd.SysProcAttr = ownSession
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the program again: %w", err)
	}
	return cmd.Process.Release()
}
