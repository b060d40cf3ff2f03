package app

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestStdoutFull: output that is not read delays neither requests nor shutdown.
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
	wantPage(t, browser.next(), "home of plain")
	if out, status := h.launch("plain", "-quit").exit(); status != exitOK {
		t.Errorf("-quit: status %d, %s", status, out)
	}
	p.wantExit(exitOK)
}

// fill fills a pipe.
func fill(t *testing.T, w *os.File) {
	t.Helper()
	size, err := unix.FcntlInt(w.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
}
