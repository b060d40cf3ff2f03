package attack

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The programs that the tests start, once built.
var target, intruder string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&target: "internal/target", &intruder: "../tool/intruder"})
}

// A victim is a target that runs.
type victim struct {
	*tool.Running
	t    *testing.T
	port string
}

// start starts the target on a desktop. change may be nil.
func start(t *testing.T, d *desktop.Desktop, change func(*exec.Cmd), args ...string) *victim {
	t.Helper()
	p := tool.Start(t, d, change, target, append([]string{"-no-browser", "-no-tray"}, args...)...)
	_, port, _ := strings.Cut(p.HostPort(), ":")
	return &victim{p, t, port}
}

// reached returns what has reached the pages since the start, a line each, when
// all that was answered until now has been told.
func (v *victim) reached() []string {
	v.t.Helper()
	tool.Get(v.t, v.URL+"act?all.told")
	v.Line(`reached act GET "all.told"`)
	var lines []string
	for line := range strings.Lines(v.Stdout()) {
		if what, ok := strings.CutPrefix(strings.TrimSpace(line), "reached "); ok && what != `act GET "all.told"` {
			lines = append(lines, what)
		}
	}
	return lines
}
