package faults

import (
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

// The program's files are removed while it runs. Everything works afterwards.
func TestFiles_removed(t *testing.T) {
	removed := []string{
		".local/state/bad-tool/log.txt", ".local/state/bad-tool", ".local",
		".config/bad-tool/settings.json", ".config/bad-tool", ".config",
		".cache/bad-tool/temp", ".cache/bad-tool", ".cache",
	}
	d := desktop.Start(t)
	well := 0
	for _, name := range removed {
		home := tempdir.New(t)
		p := tool.Start(t, d, in(home), badTool, quiet...)
		if status, page := save(t, p, "23456"); status != http.StatusOK {
			t.Fatal(page)
		}
		if err := os.RemoveAll(filepath.Join(home, name)); err != nil {
			t.Fatal(err)
		}
		ok := true
		if status, page := save(t, p, "23457"); status != http.StatusOK || portIn(t, home) != 23457 {
			t.Errorf("without %s: saving the settings: %s", name, page)
			ok = false
		}
		kind, form := largeFile()
		if status, page := send(t, p, "form", kind, form); status != http.StatusOK {
			t.Errorf("without %s: a large upload: %s", name, page)
			ok = false
		}
		isPanicPage(t, p.URL+"panic")
		if page := tool.Get(t, p.URL+"app.log"); !strings.Contains(page, "this plug-in is bad") {
			t.Errorf("without %s: the log has %s", name, page)
			ok = false
		}
		checkPrivate(t, home)
		p.Signal(syscall.SIGTERM)
		if code := p.Wait().ExitCode(); code != 0 {
			t.Errorf("without %s: exit status %d, %s", name, code, p.Stderr())
			ok = false
		}
		if ok {
			well++
		}
	}
	proof.Held(t, "files and folders that are removed while the program runs are made again", len(removed), well)
}

// checkPrivate makes sure that nobody else can look into what a home holds.
func checkPrivate(t *testing.T, home string) {
	t.Helper()
	err := filepath.Walk(home, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
