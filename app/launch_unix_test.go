//go:build unix && !darwin

package app

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestLaunch(t *testing.T) {
	t.Run("opens the page", func(t *testing.T) {
		h := newHome(t)
		// The first cannot open a browser, like a program that was started over SSH.
		desktop := h.env
		h.env = append(h.env, "PATH="+h.dir)
		first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		h.env = desktop
		browser := h.fakeBrowser()
		at := first.url()
		second := h.launch("plain", "-no-tray")
		if is := second.url(); is != at {
			t.Errorf("the second says %s, and the first is at %s", is, at)
		}
		if rest, status := second.exit(); rest != "" || status != exitOK || second.stderr.Len() > 0 {
			t.Errorf("status %d, %q, %q", status, rest, &second.stderr)
		}
		browser.want(at)
		wantPage(t, at, "home of plain")
	})
	t.Run("fifty", func(t *testing.T) {
		h := newHome(t)
		var launched []*process
		for range 50 {
			launched = append(launched, h.launch("plain", "-port", "0", "-no-browser", "-no-tray"))
		}
		addresses := map[string]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for _, p := range launched {
			all.Go(func() {
				line, err := p.stdout.ReadString('\n')
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err, p.errors())
				}
				addresses[strings.TrimSpace(line)]++
			})
		}
		all.Wait()
		if len(addresses) != 1 {
			t.Fatalf("the launches say %v", addresses)
		}
		if out, status := h.launch("plain", "-quit").exit(); status != exitOK {
			t.Errorf("-quit: status %d, %s", status, out)
		}
		for _, p := range launched {
			if rest, status := p.exit(); rest != "" || status != exitOK || p.stderr.Len() > 0 {
				t.Errorf("status %d, %q, %q", status, rest, &p.stderr)
			}
		}
	})
	t.Run("state deleted", func(t *testing.T) {
		h := newHome(t)
		first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		at := first.url()
		ok(t, os.RemoveAll(filepath.Join(h.dir, "state")))
		second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		if is := second.url(); is != at {
			t.Errorf("the second says %s, and the first is at %s", is, at)
		}
		if out, status := h.launch("plain", "-quit").exit(); status != exitOK || !strings.Contains(out, "has ended") {
			t.Errorf("-quit: status %d, %s", status, out)
		}
	})
	t.Run("first one is ending", func(t *testing.T) {
		h := newHome(t)
		first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		body, release := hold(t, first.url())
		ok(t, first.Process.Signal(syscall.SIGTERM))
		wantLine(t, body, "ending")
		second := h.launchLooking()
		h.launch("plain", "-version").exit() // meanwhile the second one waits
		release()
		wantPage(t, second.url(), "home of plain")
		if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
			t.Errorf("%q, %v", rest, err)
		}
		first.wantExit(exitOK)
	})
	t.Run("first one hangs", func(t *testing.T) {
		h := newHome(t)
		h.launchHung()
		second := h.launch("shortTimeout", "-no-browser", "-no-tray")
		second.wantExit(exitError, "Plain is already running, but has not answered")
	})
	t.Run("signal while waiting", func(t *testing.T) {
		h := newHome(t)
		h.launchHung()
		for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			second := h.launchLooking()
			ok(t, second.Process.Signal(sig))
			if _, status := second.exit(); status != exitOK {
				t.Errorf("%v: status %d", sig, status)
			}
		}
	})
}

// launchHung launches a program and stops it, so that it does not answer.
func (h *home) launchHung() {
	h.t.Helper()
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	p.url()
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		h.t.Fatal(err)
	}
}

// launchLooking launches a program, and waits until it looks for a running instance.
func (h *home) launchLooking() *process {
	h.t.Helper()
	p, log := h.launchToRead("plain", "-port", "0", "-no-browser", "-no-tray", "-verbose")
	if line, err := log.ReadString('\n'); !strings.Contains(line, "looking for a running instance") {
		h.t.Fatalf("%q, %v", line, err)
	}
	return p
}

// launchToRead is like launch, with a reader of standard error while the program runs.
func (h *home) launchToRead(kind string, args ...string) (*process, *bufio.Reader) {
	h.t.Helper()
	p := h.command(kind, args...)
	p.Cmd.Stderr = nil
	stderr, err := p.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.start()
	return p, bufio.NewReader(stderr)
}
