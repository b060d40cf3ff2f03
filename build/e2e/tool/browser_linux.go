package tool

import (
	"os/exec"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// WithoutBrowser has a command find no browser: a tool that cannot start would wait
// until one has shown why.
func WithoutBrowser(cmd *exec.Cmd) {
	cmd.Env = append(desktop.Without(cmd.Env, "PATH"), "PATH=")
}
