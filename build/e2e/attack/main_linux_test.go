package attack

import (
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The programs that the tests start, once built.
var target, calendar, intruder string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{
		&target:   "internal/target",
		&calendar: "../../..",
		&intruder: "../tool/intruder",
	})
}

// A victim is a target that runs.
type victim struct {
	*tool.Running
	t    *testing.T
	port string
}

// start starts the target on a desktop of its own. change may be nil.
func start(t *testing.T, change func(*exec.Cmd), args ...string) *victim {
	t.Helper()
	return startOn(t, desktop.Start(t), change, args...)
}

func startOn(t *testing.T, d *desktop.Desktop, change func(*exec.Cmd), args ...string) *victim {
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

// each calls do with the numbers below n, several at a time.
func each(n int, do func(i int)) {
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			for i := range numbers {
				do(i)
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
}
