package app

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/launch"
)

// install copies this test binary to a file, with more at its end, to be another build.
func install(t *testing.T, file, more string) {
	t.Helper()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	// Replace the file as packages do; the running program keeps the old one.
	ok(t, os.WriteFile(file+".new", append(self, more...), 0o700))
	ok(t, os.Rename(file+".new", file))
}

// launchFile is like launch, with another program file.
func (h *home) launchFile(file string, args ...string) *process {
	h.t.Helper()
	p := h.command("plain", args...)
	p.Path = file
	p.start()
	return p
}

func TestUpgrade(t *testing.T) {
	h := newHome(t)
	browser := h.fakeBrowser()
	file := filepath.Join(h.dir, "plain")
	install(t, file, "")
	h.remember(strconv.Itoa(quietPort(t)))
	first := h.launchFile(file, "-no-browser", "-no-tray")
	at := first.url()
	install(t, file, "newer")
	if out, status := h.launchFile(file, "-doctor").exit(); status != exitError || !strings.Contains(out, "✗ running already: ") || !strings.Contains(out, "is another build") {
		t.Errorf("-doctor: status %d, %s", status, out)
	}
	if page := get(t, at+"app.settings"); strings.Contains(page, "build was") {
		t.Errorf("-doctor has changed the program: %s", page)
	}

	// The browser opens, although the running program's file is gone.
	second := h.launchFile(file, "-no-tray")
	if is := second.url(); is != at {
		t.Errorf("the second launch says %s, want %s", is, at)
	}
	browser.want(at)
	second.wantExit(exitOK, "is another build, Plain 1.2.3")
	page := get(t, at+"app.settings")
	if !strings.Contains(page, "A new build was installed: Plain 1.2.3") || !strings.Contains(page, `href="/app.restart"`) {
		t.Errorf("%s", page)
	}

	endBy(t, at+"app.restart")
	first.wantExit(exitOK)
	browser.want(at)
	if out, _ := h.launchFile(file, "-doctor").exit(); !strings.Contains(out, "✓ running already: ") {
		t.Errorf("-doctor after the restart: %s", out)
	}
	if out, status := h.launchFile(file, "-quit").exit(); status != exitOK {
		t.Errorf("-quit: status %d, %s", status, out)
	}
}

// TestUpgrade_otherFile: after an edit, go run puts the new build elsewhere.
func TestUpgrade_otherFile(t *testing.T) {
	h := newHome(t)
	at := h.launch("plain", "-port", "0", "-no-browser", "-no-tray").url()
	other := filepath.Join(h.dir, "other")
	install(t, other, "edited")
	if _, status := h.launchFile(other, "-no-browser").exit(); status != exitOK {
		t.Errorf("status %d", status)
	}
	page := get(t, at+"app.settings")
	if !strings.Contains(page, "shut this one down") || strings.Contains(page, "/app.restart") {
		t.Errorf("%s", page)
	}
	wantPage(t, at+"app.restart", "There is no other version to start.")
}

// TestUpgrade_fileRemoved: a program that was removed still opens its page.
func TestUpgrade_fileRemoved(t *testing.T) {
	h := newHome(t)
	browser := h.fakeBrowser()
	file := filepath.Join(h.dir, "plain")
	install(t, file, "")
	p := h.command("spills", "-port", "0", "-no-tray")
	p.Path = file
	p.start()
	at := p.url()
	browser.want(at)
	ok(t, os.Remove(file))
	endBy(t, at+"end") // OnFlush fails, and a page shows the error
	wantPage(t, browser.next(), "the disk is full")
}

// restarting starts the program from a file of its own, installs another build over it,
// and begins the restart, which waits until release is called.
func (h *home) restarting() (first *process, file string, release func()) {
	h.t.Helper()
	file = filepath.Join(h.dir, "plain")
	install(h.t, file, "")
	first = h.launchFile(file, "-port", "0", "-no-browser", "-no-tray")
	at := first.url()
	install(h.t, file, "newer")
	h.launchFile(file, "-no-browser", "-no-tray").exit()
	body, release := hold(h.t, at)
	endBy(h.t, at+"app.restart")
	wantLine(h.t, body, "ending")
	return first, file, release
}

// TestUpgrade_quit: after -quit, the program does not start again, because an
// installer may be about to change the file.
func TestUpgrade_quit(t *testing.T) {
	h := newHome(t)
	first, file, release := h.restarting()
	h.send("plain", launch.Message{Command: launch.Quit})
	release()
	first.wantExit(exitOK)
	if out, _ := h.launchFile(file, "-quit").exit(); !strings.Contains(out, "was not running") {
		t.Errorf("the program runs again: %s", out)
	}
}

// TestUpgrade_restartFails: if the restart fails, the program reports the error.
func TestUpgrade_restartFails(t *testing.T) {
	h := newHome(t)
	first, file, release := h.restarting()
	ok(t, os.Remove(file))
	release()
	first.wantExit(exitError, "starting the program again")
}
