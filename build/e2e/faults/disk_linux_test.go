package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A disk is a small one that is mounted on a folder.
type disk struct {
	t      *testing.T
	folder string
}

// newDisk mounts a disk of so many bytes, such as "1m". It skips the test for those
// who may not.
func newDisk(t *testing.T, size string) disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can mount a small disk")
	}
	d := disk{t, tempdir.New(t)}
	if err := syscall.Mount("faults", d.folder, "tmpfs", 0, "mode=700,size="+size); err != nil {
		t.Skip("not for a machine that lets nobody mount a disk:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

// fill fills the disk.
func (d disk) fill() {
	d.t.Helper()
	f, err := os.Create(d.ballast())
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		d.t.Fatal(err)
	}
}

// empty makes room again.
func (d disk) empty() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) ballast() string { return filepath.Join(d.folder, "ballast") }

// The disk fills while the program runs, and has room again later.
func TestDisk_fills(t *testing.T) {
	d := desktop.Start(t)
	home := newDisk(t, "24m")
	p := tool.Start(t, d, in(home.folder), badTool, quiet...)
	if status, page := save(p, "23456"); status != http.StatusOK {
		t.Fatal(page)
	}
	home.fill()

	if status, page := save(p, "23457"); status != http.StatusInternalServerError ||
		!strings.Contains(page, "hold until the program ends") || !strings.Contains(page, "no space left on device") {
		t.Errorf("saving the settings: %s", page)
	}
	if got := portIn(t, home.folder); got != 23456 {
		t.Errorf("in the settings there is port %d", got)
	}
	kind, form := largeFile()
	if status, page := send(p, "form", kind, form); status != http.StatusInternalServerError || !strings.Contains(page, "could not be stored on this computer") {
		t.Errorf("a large upload: %s", page)
	}
	desktop.Await(t, "a page to say that the log cannot be written", func() bool {
		answered(p.URL + "panic") // there may be room for a short line
		return strings.Contains(tool.Get(t, p.URL), "The log cannot be written: ")
	})
	if !strings.Contains(p.Stderr(), "the log cannot be written and goes here: ") || !strings.Contains(p.Stderr(), "this plug-in is bad") {
		t.Errorf("standard error has %.1000q", p.Stderr())
	}

	home.empty()
	if page := tool.Get(t, p.URL); strings.Contains(page, "The log cannot be written") {
		t.Errorf("with room again: %s", page)
	}
	log := read(t, home.folder, ".local/state/bad-tool/log.txt")
	if !strings.Contains(log, "lines are missing before this one") {
		t.Errorf("the log does not tell of its gap: %s", log)
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "time=") || !strings.HasSuffix(line, "\n") {
			t.Errorf("in the log there is %q", line)
		}
	}
	if status, page := save(p, "23458"); status != http.StatusOK || portIn(t, home.folder) != 23458 {
		t.Errorf("saving the settings with room again: %s", page)
	}
	if status, page := send(p, "form", kind, form); status != http.StatusOK {
		t.Errorf("a large upload with room again: %s", page)
	}
	p.Stop()
	held(t, "a disk fills: pages are served, what cannot be written is said, and later it is written again")
}

// held is for a fault that is tried once.
func held(t *testing.T, what string) {
	t.Helper()
	n := 1
	if t.Failed() {
		n = 0
	}
	proof.Held(t, what, 1, n)
}

// save sends the page of settings.
func save(p *tool.Running, port string) (status int, page string) {
	return send(p, "app.settings", "application/x-www-form-urlencoded", []byte("port="+port))
}

// send sends a form to a tool, and returns the answer: 0 if there is none.
func send(p *tool.Running, page, kind string, form []byte) (status int, answer string) {
	resp, err := tool.Client.Post(p.URL+page, kind, bytes.NewReader(form))
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(body)
}

func read(t *testing.T, home, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// portIn is the port that the settings hold.
func portIn(t *testing.T, home string) int {
	t.Helper()
	var values struct{ Port int }
	if err := json.Unmarshal([]byte(read(t, home, ".config/bad-tool/settings.json")), &values); err != nil {
		t.Fatal(err)
	}
	return values.Port
}
