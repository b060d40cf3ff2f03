package faults

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The clock is set back between two runs, so that all files of the first are from the
// future. The clock of a running program cannot be set here without setting that of the
// machine.
func TestClock_setBack(t *testing.T) {
	d := desktop.Start(t)
	home := tempdir.New(t)
	p := tool.Start(t, d, in(home), badTool, quiet...)
	port := quietPort(t)
	if status, page := save(t, p, strconv.Itoa(port)); status != http.StatusOK {
		t.Fatal(page)
	}
	kind, form := largeFile()
	send(t, p, "form", kind, form)
	p.Signal(os.Kill)
	p.Wait()
	log := filepath.Join(home, ".local/state/bad-tool/log.txt")
	if err := os.WriteFile(log, []byte(strings.Repeat("time=2066-01-01T00:00:00Z msg=later\n", 40_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	left := file(t, home, ".config/bad-tool/.settings.json.new-1")
	later := time.Now().AddDate(40, 0, 0)
	err := filepath.WalkDir(home, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			err = os.Chtimes(path, later, later)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	p = tool.Start(t, d, in(home), badTool, quiet...)
	if want := fmt.Sprintf("http://127.0.0.1:%d/", port); p.URL != want {
		t.Errorf("it is at %s, not %s", p.URL, want)
	}
	if log := read(t, home, ".local/state/bad-tool/log.txt"); strings.Contains(log, "2066") || !strings.Contains(log, "msg=start") {
		t.Errorf("the log has %.300q", log)
	}
	if old := read(t, home, ".local/state/bad-tool/log.old.txt"); !strings.Contains(old, "2066") {
		t.Errorf("the old log has %.300q", old)
	}
	if status, page := save(t, p, "23457"); status != http.StatusOK || portIn(t, home) != 23457 {
		t.Errorf("saving the settings: %s", page)
	}
	if _, err := os.Stat(left); err == nil {
		t.Errorf("%s is left", left)
	}
	p.Stop()
	held(t, "the clock was set back by 40 years since the last run: starts and serves, log and settings are written")
}
