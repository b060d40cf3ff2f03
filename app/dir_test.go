package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

func TestDir(t *testing.T) {
	t.Run("self-test", func(t *testing.T) {
		k := new(keeper)
		if _, err := selfTested(t, func(string) error { return nil }, k); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(k.tool.Dir()); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is not removed: %v", k.tool.Dir(), err)
		}
	})
	t.Run("program", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		dir := get(t, p.url()+"dir")
		if want := filepath.Join(h.dir, "data", "keeps"); runtime.GOOS == "linux" && dir != want {
			t.Errorf("%s, want %s", dir, want)
		}
		stat, err := os.Stat(dir)
		if err != nil || !stat.IsDir() || runtime.GOOS != "windows" && stat.Mode().Perm() != 0o700 {
			t.Errorf("%v, %v", stat, err)
		}
	})
	t.Run("path is a file", func(t *testing.T) {
		h := newHome(t)
		h.write("data", "")
		if runtime.GOOS != "linux" {
			t.Skip("this system uses another folder")
		}
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "the program's data folder: ") || !strings.Contains(p.stderr.String(), "remove the file in its place") {
			t.Errorf("status %d, %s", status, &p.stderr)
		}
	})
	t.Run("not used", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("flushes", "-no-browser", "-no-tray", "-port", "0")
		endBy(t, p.url()+"end")
		p.exit()
		if _, err := os.Stat(filepath.Join(h.dir, "data")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a folder was made: %v", err)
		}
	})
	t.Run("no home folder", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows does not use HOME")
		}
		h := newHome(t)
		h.env = []string{"HOME=", "XDG_DATA_HOME=", "XDG_CONFIG_HOME=", "XDG_STATE_HOME=", "XDG_CACHE_HOME="}
		p := h.launch("keeps", "-no-browser", "-no-tray", "-port", "0")
		url := p.url()
		dir := get(t, url+"dir")
		if stat, err := os.Stat(dir); err != nil || !stat.IsDir() || !strings.HasPrefix(dir, h.dir) {
			t.Errorf("%s: %v", dir, err)
		}
		if page := get(t, url+"app.log"); !strings.Contains(page, "may be lost") {
			t.Errorf("the owner is not told: %s", page)
		}
	})
}

// A keeper serves the path of the tool's folder.
type keeper struct {
	plain
	tool *Tool
}

func (k *keeper) StartTool(ctx context.Context, tool *Tool) error {
	k.tool = tool
	if k.tool.Dir() == "" {
		return errors.New("no folder")
	}
	return nil
}

func (k *keeper) OnDir(w *dibbler.Response, r *http.Request) error {
	_, err := fmt.Fprint(w, k.tool.Dir())
	return err
}
