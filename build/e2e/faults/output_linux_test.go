package faults

import (
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The reader of the program's output has ended, such as a pager, or the log of the desktop
// session.
func TestOutput_unread(t *testing.T) {
	d := desktop.Start(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := d.Command("sh", append([]string{"-c", `exec "$0" "$@" 2>&3`, badTool, "-verbose"}, quiet...)...)
	cmd.ExtraFiles = []*os.File{w}
	p := &tool.Running{Process: d.Spawn(cmd)}
	w.Close()
	p.URL = tool.Address(p.Process)
	r.Close()
	times := proof.Times(10, 1000)
	served := 0
	for range times {
		if isPanicPage(t, p.URL+"panic") && answered(p.URL) {
			served++
		}
	}
	proof.Held(t, "pages are served when nobody reads standard error any more", times, served)
	if status, page := save(t, p, "23456"); status != http.StatusOK {
		t.Errorf("saving the settings: %s", page)
	}
	p.Signal(syscall.SIGTERM)
	if code := p.Wait().ExitCode(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}
