//go:build unix && !darwin

package app

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A fakeBrowser replaces xdg-open. It writes the addresses that it is asked to open to
// a pipe, so tests can wait for them without timeouts.
type fakeBrowser struct {
	t      *testing.T
	opened *bufio.Reader
}

// fakeBrowser adds a fakeBrowser to the environment of the home.
func (h *home) fakeBrowser() *fakeBrowser {
	h.t.Helper()
	pipe := filepath.Join(h.dir, "opened")
	bin := filepath.Dir(h.write("bin/xdg-open", "#!/bin/sh\nprintf '%s\\n' \"$1 TMPDIR=$TMPDIR\" >>"+pipe+"\n"))
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		h.t.Fatal(err)
	}
	// Also open for writing, so there is no end of file between two writers.
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { f.Close() })
	h.env = append(h.env, "PATH="+bin+":"+os.Getenv("PATH"), "DISPLAY=:0") // a browser needs a screen
	return &fakeBrowser{h.t, bufio.NewReader(f)}
}

// next returns the next address that was opened.
func (b *fakeBrowser) next() string {
	b.t.Helper()
	line, err := b.opened.ReadString('\n')
	if err != nil {
		b.t.Fatal(err)
	}
	address, rest, _ := strings.Cut(strings.TrimSpace(line), " TMPDIR=")
	if strings.HasSuffix(rest, "/temp") {
		b.t.Errorf("the browser has the program's temporary folder, %s, which is emptied while it runs", rest)
	}
	return address
}

// want fails the test unless address is the next that was opened.
func (b *fakeBrowser) want(address string) {
	b.t.Helper()
	if opened := b.next(); opened != address {
		b.t.Errorf("%s was opened, want %s", opened, address)
	}
}

func TestBrowser(t *testing.T) {
	t.Run("taken port", func(t *testing.T) {
		h := newHome(t)
		_, port := takePort(t, "127.0.0.1")
		h.remember(port)
		browser := h.fakeBrowser()
		p := h.launch("plain", "-no-tray")
		at := p.url()
		if opened := browser.next(); opened != at || strings.Contains(opened, port) {
			t.Errorf("%s was opened; the program is at %s, and port %s is taken", opened, at, port)
		}
	})
	// Without xdg-open, the program starts the browser in BROWSER.
	t.Run("variable BROWSER", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		bin := filepath.Join(h.dir, "bin")
		ok(t, os.Rename(filepath.Join(bin, "xdg-open"), filepath.Join(bin, "seamonkey")))
		for _, variable := range []string{"seamonkey", "nowhere:seamonkey %s", "seamonkey:nowhere"} {
			h.env = append(h.env, "PATH="+bin, "BROWSER="+variable)
			p := h.launch("plain", "-port", "0", "-no-tray")
			at := p.url()
			browser.want(at)
			if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, "✓ browser: "+bin+"/seamonkey, from the variable BROWSER\n") {
				t.Errorf("-doctor: %s", out)
			}
			endBy(t, at+"end")
			p.exit()
		}
	})
	// The owner is told the reason, not only an exit status. Without a screen, xdg-open is
	// not asked: it would start a text browser, whose output nobody sees.
	t.Run("fails", func(t *testing.T) {
		for _, test := range []struct{ screen, status, want string }{
			{":0", "3", "/xdg-open has found no browser; install one"},
			{":0", "4", "/xdg-open: exit status 4"},
			{"", "4", "/xdg-open, but no screen"},
		} {
			h := newHome(t)
			h.fakeBrowser()
			h.write("bin/xdg-open", "#!/bin/sh\nexit "+test.status+"\n")
			h.env = append(h.env, "DISPLAY="+test.screen, "BROWSER=")
			p, stderr := h.launchToRead("plain", "-port", "0", "-no-tray")
			at := p.url()
			if line, err := stderr.ReadString('\n'); !strings.Contains(line, test.want) || !strings.Contains(line, "please open "+at) {
				t.Errorf("%q, %v", line, err)
			}
			wantPage(t, at+"app.log", "the browser did not open")
		}
	})
	t.Run("none for a second launch", func(t *testing.T) {
		h := newHome(t)
		at := h.launch("plain", "-port", "0", "-no-browser", "-no-tray").url()
		h.env = append(h.env, "PATH="+h.dir) // without programs
		second := h.launch("plain", "-no-tray")
		if is := second.url(); is != at {
			t.Errorf("the second says %s, and the first is at %s", is, at)
		}
		second.wantExit(exitOK, "please open "+at)
		quiet := h.launch("plain", "-no-tray", "-no-browser")
		if _, status := quiet.exit(); status != exitOK || quiet.stderr.Len() > 0 {
			t.Errorf("with -no-browser: status %d, %q", status, &quiet.stderr)
		}
	})
}
