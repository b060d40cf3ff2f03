//go:build unix && !darwin

package app

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFailedStart(t *testing.T) {
	// The page is served once, and not under another host name.
	t.Run("page", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		p := h.launch("unfit", "-no-tray")
		at := browser.next()
		if status, err := requested(at, "evil.test"); status != http.StatusMisdirectedRequest {
			t.Errorf("with another host name: %d, %v", status, err)
		}
		// A desktop asks for the type of the page before it opens the browser.
		resp, err := http.Head(at)
		ok(t, err)
		resp.Body.Close()
		http.DefaultClient.CloseIdleConnections()
		page := get(t, at)
		p.wantExit(exitError)
		if _, err := requested(at, ""); err == nil {
			t.Error("the page is served twice")
		}
		for _, want := range []string{"<h1>Unfit could not start</h1>", "no methlets", filepath.Join(h.dir, "state", "unfit", "log.txt")} {
			if !strings.Contains(page, want) {
				t.Errorf("the page has no %q: %s", want, page)
			}
		}
	})
	// If standard error is /dev/null, the error is shown on a page.
	t.Run("null standard error", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer null.Close()
		p := h.command("unfit", "-no-tray")
		p.Cmd.Stderr = null
		p.start()
		wantPage(t, browser.next(), "no methlets")
	})
	// Without a screen, no browser can show the page. A text browser would wait for input
	// from a terminal.
	t.Run("no screen", func(t *testing.T) {
		h := newHome(t)
		h.fakeBrowser()
		h.env = append(h.env, "DISPLAY=", "WAYLAND_DISPLAY=", "BROWSER=")
		p := h.launch("unfit", "-no-tray")
		p.wantExit(exitError, "no methlets", "but no screen")
	})
	t.Run("no-browser", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		p := h.launch("unfit", "-no-browser", "-no-tray")
		p.wantExit(exitError)
		// The next address is the first that was opened.
		h.launch("plain", "-port", "0", "-no-tray").url()
		if opened := browser.next(); !strings.HasPrefix(opened, "http://") {
			t.Errorf("%s was opened", opened)
		}
	})
	t.Run("unusable folder", func(t *testing.T) {
		h := newHome(t)
		state := h.write("state", "")
		browser := h.fakeBrowser()
		// The page is also shown at login, because there is no log.
		for _, args := range [][]string{nil, {"-no-browser"}} {
			p := h.launch("plain", append(args, "-no-tray")...)
			wantPage(t, browser.next(), state)
			p.wantExit(exitError, state)
		}
	})
	t.Run("unusable lock", func(t *testing.T) {
		h := newHome(t)
		lock := filepath.Dir(h.write("state/plain/instance.lock/x", ""))
		p := h.launch("plain", "-no-browser", "-no-tray")
		p.wantExit(exitError, "cannot take the lock", lock)
	})
}

func TestFailedEnd(t *testing.T) {
	t.Run("request cut off", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		p := h.launch("spills", "-port", "0", "-no-tray")
		at := p.url()
		browser.want(at)
		p.cutStuck(at)
		wantPage(t, browser.next(), "<h1>Spills ended with an error</h1>", "the disk is full", "GET /stuck")
		p.wantExit(exitCut, "the disk is full")
	})
	t.Run("session ended", func(t *testing.T) {
		h := newHome(t)
		browser := h.fakeBrowser()
		p := h.launch("spills", "-port", "0", "-no-tray")
		if at := p.url(); browser.next() != at {
			t.Error("the page was not opened")
		}
		ok(t, p.Process.Signal(syscall.SIGHUP))
		p.wantExit(exitError, "the disk is full")
		// The next address is the first that was opened.
		at := h.launch("plain", "-port", "0", "-no-tray").url()
		browser.want(at)
	})
}

func TestUnwritableLog(t *testing.T) {
	h := newHome(t)
	h.write("state/plain/log.txt/x", "")
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	at := p.url()
	wantPage(t, at+"app.settings", "The log cannot be written")
	resp, err := http.Get(at + "app.log")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), "The log cannot be read") {
		t.Errorf("%s, %v", page, err)
	}
	endBy(t, at+"end")
	p.wantExit(exitOK, "cannot write the log file; logging to standard error")
}

// requested requests url with another host name, and returns the status.
func requested(url, host string) (int, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	req.Host = host
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
