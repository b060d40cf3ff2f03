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

// A browserStandIn is an xdg-open that says what it was asked to open, in place
// of a browser. It is read through a pipe, so that nothing has to be waited for
// by the clock.
type browserStandIn struct {
	t      *testing.T
	opened *bufio.Reader
}

// standIn puts a stand-in for the browser into the home's environment.
func (h *home) standIn() *browserStandIn {
	h.t.Helper()
	bin := filepath.Join(h.dir, "bin")
	pipe := filepath.Join(h.dir, "opened")
	script := "#!/bin/sh\nprintf '%s\\n' \"$1 TMPDIR=$TMPDIR\" >>" + pipe + "\n"
	if err := os.Mkdir(bin, 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		h.t.Fatal(err)
	}
	// Open for writing too, so that there is no end of file between two writers.
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { f.Close() })
	h.env = append(h.env, "PATH="+bin+":"+os.Getenv("PATH"), "DISPLAY=:0") // which it needs to be one
	return &browserStandIn{h.t, bufio.NewReader(f)}
}

// next returns the next address that was opened.
func (b *browserStandIn) next() string {
	b.t.Helper()
	line, err := b.opened.ReadString('\n')
	if err != nil {
		b.t.Fatal(err)
	}
	address, rest, _ := strings.Cut(strings.TrimSpace(line), " TMPDIR=")
	if strings.HasSuffix(rest, "/temp") {
		b.t.Errorf("the browser gets our temporary folder, %s, which is emptied while it runs", rest)
	}
	return address
}

func TestBrowser(t *testing.T) {
	t.Run("taken port", func(t *testing.T) {
		h := newHome(t)
		_, port := takePort(t, "127.0.0.1")
		h.remember(port)
		browser := h.standIn()
		p := h.launch("plain", "-no-tray")
		at := p.url()
		if opened := browser.next(); opened != at || strings.Contains(opened, port) {
			t.Errorf("%s was opened, and the program is at %s; %s is somebody else's", opened, at, port)
		}
	})
	// Without xdg-open, the browser that BROWSER names is started.
	t.Run("variable BROWSER", func(t *testing.T) {
		h := newHome(t)
		browser := h.standIn()
		bin := filepath.Join(h.dir, "bin")
		if err := os.Rename(filepath.Join(bin, "xdg-open"), filepath.Join(bin, "seamonkey")); err != nil {
			t.Fatal(err)
		}
		for _, variable := range []string{"seamonkey", "nowhere:seamonkey %s", "seamonkey:nowhere"} {
			h.env = append(h.env, "PATH="+bin, "BROWSER="+variable)
			p := h.launch("plain", "-port", "0", "-no-tray")
			at := p.url()
			if opened := browser.next(); opened != at {
				t.Errorf("%s: %s was opened", variable, opened)
			}
			if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, "✓ browser: "+bin+"/seamonkey, from the variable BROWSER\n") {
				t.Errorf("-doctor: %s", out)
			}
			endBy(t, at+"end")
			p.exit()
		}
	})
	// The owner gets the reason, not only an exit status.
	t.Run("fails", func(t *testing.T) {
		for status, want := range map[string]string{"3": "/xdg-open has found no browser; install one", "4": "/xdg-open: exit status 4"} {
			h := newHome(t)
			h.standIn()
			opener := filepath.Join(h.dir, "bin", "xdg-open")
			if err := os.WriteFile(opener, []byte("#!/bin/sh\nexit "+status+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			p, stderr := h.launchToRead("plain", "-port", "0", "-no-tray")
			at := p.url()
			if line, err := stderr.ReadString('\n'); !strings.Contains(line, want) || !strings.Contains(line, "please open "+at) {
				t.Errorf("%q, %v", line, err)
			}
		}
	})
	t.Run("none", func(t *testing.T) {
		h := newHome(t)
		h.env = append(h.env, "PATH="+h.dir) // nothing is there
		p, stderr := h.launchToRead("plain", "-port", "0", "-no-tray")
		at := p.url()
		if line, err := stderr.ReadString('\n'); !strings.Contains(line, "please open "+at) {
			t.Errorf("%q, %v", line, err)
		}
		if page := get(t, at+"app.log"); !strings.Contains(page, "the browser did not open") {
			t.Errorf("it is not in the log: %s", page)
		}
		endBy(t, at+"end")
		if _, status := p.exit(); status != exitOK {
			t.Errorf("status %d", status)
		}
	})
	t.Run("none for a second launch", func(t *testing.T) {
		h := newHome(t)
		at := h.launch("plain", "-port", "0", "-no-browser", "-no-tray").url()
		h.env = append(h.env, "PATH="+h.dir) // nothing is there
		second := h.launch("plain", "-no-tray")
		if is := second.url(); is != at {
			t.Errorf("the second says %s, and the first is at %s", is, at)
		}
		if _, status := second.exit(); status != exitOK || !strings.Contains(second.stderr.String(), "please open "+at) {
			t.Errorf("status %d, %q", status, &second.stderr)
		}
		quiet := h.launch("plain", "-no-tray", "-no-browser")
		if _, status := quiet.exit(); status != exitOK || quiet.stderr.Len() > 0 {
			t.Errorf("told not to open it: status %d, %q", status, &quiet.stderr)
		}
	})
}
