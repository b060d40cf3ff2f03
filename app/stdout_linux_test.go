package app

import (
	"bufio"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestStdoutFull: output that is not read delays neither requests nor the end.
func TestStdoutFull(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	fill(t, w)
	h := newHome(t)
	browser := h.fakeBrowser()
	p := h.command("plain", "-port", "0", "-no-tray")
	p.Cmd.Stdout, p.stdout = w, bufio.NewReader(strings.NewReader(""))
	p.start()
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
