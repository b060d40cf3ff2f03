package app

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// install copies this test binary to a file, with more at its end, as another build.
func install(t *testing.T, file, more string) {
	t.Helper()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	// As packages do: the running program keeps the old file.
	if err := os.WriteFile(file+".new", append(self, more...), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// launchFile is launch with another program file.
func (h *home) launchFile(file string, args ...string) *process {
	h.t.Helper()
	p := h.command("plain", args...)
	p.Path = file
	if err := p.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
	return p
}

func TestUpgrade(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	file := filepath.Join(h.dir, "plain")
	install(t, file, "")
	h.remember(strconv.Itoa(quietPort(t)))
	first := h.launchFile(file, "-no-browser", "-no-tray")
	at := first.url()
	if page := get(t, at+"app.settings"); strings.Contains(page, "build was") {
		t.Errorf("%s", page)
	}
	install(t, file, "newer")

	// The browser opens, although the running program's file is gone.
	second := h.launchFile(file, "-no-tray")
	if is := second.url(); is != at {
		t.Errorf("the second launch says %s, want %s", is, at)
	}
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened", opened)
	}
	if _, status := second.exit(); status != exitOK || !strings.Contains(second.stderr.String(), "that is another build, Plain 1.2.3") {
		t.Errorf("status %d, %s", status, &second.stderr)
	}
	if out, status := h.launchFile(file, "-doctor").exit(); status != exitError || !strings.Contains(out, "✗ running already: ") || !strings.Contains(out, "is another build") {
		t.Errorf("-doctor: status %d, %s", status, out)
	}
	page := get(t, at+"app.settings")
	if !strings.Contains(page, "A new build was installed: Plain 1.2.3") || !strings.Contains(page, `href="/app.restart"`) {
		t.Errorf("%s", page)
	}

	endBy(t, at+"app.restart")
	if _, status := first.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &first.stderr)
	}
	if opened := browser.next(); opened != at {
		t.Errorf("after the restart %s was opened", opened)
	}
	if out, _ := h.launchFile(file, "-doctor").exit(); !strings.Contains(out, "✓ running already: ") {
		t.Errorf("-doctor after the restart: %s", out)
	}
	if out, status := h.launchFile(file, "-quit").exit(); status != exitOK {
		t.Errorf("-quit: status %d, %s", status, out)
	}
}

// TestAnotherFile is that of go run after an edit.
func TestAnotherFile(t *testing.T) {
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
	if page := get(t, at+"app.restart"); !strings.Contains(page, "There is no other build to start.") {
		t.Errorf("%s", page)
	}
}

// TestBrowserOpensWithoutProgramFile: a program that was removed while it runs still
// opens its page.
func TestBrowserOpensWithoutProgramFile(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	file := filepath.Join(h.dir, "plain")
	install(t, file, "")
	p := h.command("spills", "-port", "0", "-no-tray")
	p.Path = file
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
	at := p.url()
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened", opened)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	endBy(t, at+"end") // whose flush fails, which a page shows
	if page := get(t, browser.next()); !strings.Contains(page, "the disk is full") {
		t.Errorf("%s", page)
	}
}

// TestNobodyReadsStandardOutput: what nobody reads holds up neither serving nor the
// end.
func TestNobodyReadsStandardOutput(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	fill(t, w)
	h := newHome(t)
	browser := h.standIn()
	p := h.command("plain", "-port", "0", "-no-tray")
	p.Cmd.Stdout, p.stdout = w, bufio.NewReader(strings.NewReader(""))
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	if page := get(t, browser.next()); page != "home of plain" {
		t.Errorf("%q", page)
	}
	if out, status := h.launch("plain", "-quit").exit(); status != exitOK {
		t.Errorf("-quit: status %d, %s", status, out)
	}
	if _, status := p.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

// fill writes to a pipe until it is full.
func fill(t *testing.T, w *os.File) {
	t.Helper()
	fd := int(w.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	var err error
	for err == nil {
		_, err = syscall.Write(fd, make([]byte, 4096))
	}
	if err != syscall.EAGAIN {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
}
