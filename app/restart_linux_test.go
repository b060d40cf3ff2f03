package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/instance"
)

// upgraded starts the program from its own file, and installs another build over it.
func (h *home) upgraded() (first *process, at, file string) {
	h.t.Helper()
	file = filepath.Join(h.dir, "plain")
	install(h.t, file, "")
	first = h.launchFile(file, "-port", "0", "-no-browser", "-no-tray")
	at = first.url()
	install(h.t, file, "newer")
	return first, at, file
}

// restarting is like upgraded, and begins the restart, which waits until release is
// called.
func (h *home) restarting() (first *process, file string, release func()) {
	h.t.Helper()
	first, at, file := h.upgraded()
	h.launchFile(file, "-no-browser", "-no-tray").exit()
	body, release := hold(h.t, at)
	endBy(h.t, at+"app.restart")
	if line, err := body.ReadString('\n'); line != "ending\n" {
		h.t.Fatalf("%q, %v", line, err)
	}
	return first, file, release
}

func TestDoctorChangesNothing(t *testing.T) {
	h := newHome(t)
	_, at, file := h.upgraded()
	if out, _ := h.launchFile(file, "-doctor").exit(); !strings.Contains(out, "is another build") {
		t.Errorf("%s", out)
	}
	if page := get(t, at+"app.settings"); strings.Contains(page, "build was") {
		t.Errorf("%s", page)
	}
}

// TestRestartOvertakenByQuit: after -quit, the program does not start again, because an
// installer may be about to change the file.
func TestRestartOvertakenByQuit(t *testing.T) {
	h := newHome(t)
	first, file, release := h.restarting()
	address, err := filepath.Glob(filepath.Join(h.dir, "*", "plain", "instance.address"))
	if err != nil || len(address) == 0 {
		t.Fatal(address, err)
	}
	if _, err := instance.Send(t.Context(), []string{filepath.Dir(address[0])}, quit(t)); err != nil { // returns when it was received
		t.Fatal(err)
	}
	release()
	if _, status := first.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &first.stderr)
	}
	if out, _ := h.launchFile(file, "-quit").exit(); !strings.Contains(out, "was not running") {
		t.Errorf("the program runs again: %s", out)
	}
}

// TestRestartFails: if the restart fails, the program reports the error.
func TestRestartFails(t *testing.T) {
	h := newHome(t)
	first, file, release := h.restarting()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	release()
	if _, status := first.exit(); status != exitError || !strings.Contains(first.stderr.String(), "starting the program again") {
		t.Errorf("status %d, %s", status, &first.stderr)
	}
}
