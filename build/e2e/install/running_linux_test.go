package install_test

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestRunningProgram upgrades and removes the program while it runs: it ends well,
// and what starts next is the new version.
func TestRunningProgram(t *testing.T) {
	older, newer := unpack(t, packaged.Old), unpack(t, packaged.New)
	for _, s := range shells(t) {
		h := newHome(t, s)
		h.must(older)
		ended := h.start()
		h.must(newer)
		if err := <-ended; err != nil {
			t.Errorf("%s: after the upgrade the old version ends with %v", s.name, err)
		}
		out, err := exec.Command(h.program(), "-version").Output()
		if err != nil || !strings.Contains(string(out), packaged.New) {
			t.Errorf("%s: after the upgrade it is %s, %v", s.name, out, err)
		}
		ended = h.start()
		h.must(newer, "-uninstall")
		if err := <-ended; err != nil {
			t.Errorf("%s: after the removal the program ends with %v", s.name, err)
		}
		h.checkNothing()
	}
}

// start starts the program, waits until it serves, and returns where its end is
// told.
func (h *home) start() (ended chan error) {
	h.t.Helper()
	cmd := exec.Command(h.program(), "-no-browser", "-no-tray", "-port", "0")
	cmd.Env = []string{"HOME=" + h.dir, "PATH=" + h.path}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { cmd.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || !strings.Contains(lines.Text(), " is running at ") {
		h.t.Fatalf("the program says %q, %v", lines.Text(), lines.Err())
	}
	ended = make(chan error, 1)
	go func() {
		for lines.Scan() { // to its end
		}
		ended <- cmd.Wait()
	}()
	return ended
}
