package app

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// underDev starts a program as dibble dev does. The program ends when the writer is
// closed.
func (h *home) underDev(kind string, args ...string) (*process, io.WriteCloser) {
	h.t.Helper()
	p := h.command(kind, append([]string{"-dev", "-no-tray"}, args...)...)
	stdin, err := p.StdinPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.start()
	if _, err := io.WriteString(stdin, `{"version":"one"}`+"\n"); err != nil {
		h.t.Fatal(err)
	}
	return p, stdin
}

// TestDev: the program runs beside the installed one, has one instance, and ends with
// dibble dev after its requests have finished.
func TestDev(t *testing.T) {
	h := newHome(t)
	installed := h.launch("plain", "-no-browser", "-no-tray")
	elsewhere := installed.url()
	p, stdin := h.underDev("plain", "-no-browser")
	at := p.url()
	if at == elsewhere {
		t.Errorf("both programs are at %s", at)
	}
	wantPage(t, at+"app.settings", "Plain (dev)", `data-version="one"`)
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(filepath.Join(h.dir, "state", "plain.dev", "log.txt")); err != nil {
			t.Error(err)
		}
	}
	second, _ := h.underDev("plain", "-no-browser")
	second.wantExit(exitError, "another dibble dev is already running it at "+at)
	answer := begin(t, at+"slow")
	stdin.Close()
	wantLine(t, answer, "finished")
	p.wantExit(exitOK)
	if resp, err := http.Get(elsewhere); err != nil {
		t.Errorf("installed program: %v", err)
	} else {
		resp.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestDev_login: a build of dibble dev does not start at login, because it is removed
// before.
func TestDev_login(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this system does not keep programs to start in files")
	}
	h := newHome(t)
	p, stdin := h.underDev("plain", "-no-browser")
	resp, err := http.PostForm(p.url()+"app.settings", url.Values{"port": {"12345"}, "startAtLogin": {"true"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if entries, err := filepath.Glob(filepath.Join(h.dir, "config", "autostart", "*")); resp.StatusCode != http.StatusOK || len(entries) > 0 {
		t.Errorf("status %d, entries %q, %v", resp.StatusCode, entries, err)
	}
	stdin.Close()
	p.exit()
	http.DefaultClient.CloseIdleConnections()
}

// TestDev_failure: dibble dev shows why a program does not start, and no browser opens.
func TestDev_failure(t *testing.T) {
	h := newHome(t)
	h.env = []string{"PATH="} // opening a browser would fail
	p, _ := h.underDev("unfit")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "no methlets") || strings.Contains(p.stderr.String(), "browser") {
		t.Errorf("status %d: %s", status, p.stderr.String())
	}
}
