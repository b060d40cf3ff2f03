package faults

import (
	"os/exec"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The program that the tests start, once built.
var badTool string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&badTool: "../tool/badtool"}) }

// quiet are the arguments of a start without a browser and an icon.
var quiet = []string{"-no-browser", "-no-tray"}

// in gives a program a home of its own, with the usual folders below it, and more
// of an environment.
func in(home string, env ...string) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.Env = desktop.Without(cmd.Env, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
		cmd.Env = append(append(cmd.Env, "HOME="+home), env...)
	}
}
