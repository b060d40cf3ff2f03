package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
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
		p.wantExit(exitError, "the program's data folder: ", "remove the file in its place")
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
		wantPage(t, url+"app.log", "may be lost")
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

func TestTempDir(t *testing.T) {
	t.Run("uploads", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		at := p.url()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("file", "large.txt")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(bytes.Repeat([]byte("x"), 11<<20)) // more than fits in memory
		form.Close()
		defer http.DefaultClient.CloseIdleConnections()
		var file string
		for range 2 {
			resp, err := http.Post(at+"upload", form.FormDataContentType(), bytes.NewReader(body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			text.ReadFrom(resp.Body)
			resp.Body.Close()
			file = text.String()
			if !strings.HasPrefix(file, h.dir) || filepath.Base(filepath.Dir(file)) != "temp" || strings.Contains(file, "\n") {
				t.Errorf("the temporary folder has %q", file)
			}
			// Programs that clean up caches remove the folder.
			ok(t, os.RemoveAll(filepath.Dir(file)))
		}
		endBy(t, at+"end")
		p.exit()
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("the upload is still there: %v", err)
		}
	})
	t.Run("after a crash", func(t *testing.T) {
		h := newHome(t)
		first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		first.url()
		temp, err := filepath.Glob(filepath.Join(h.dir, "*", "plain", "temp"))
		if err != nil || len(temp) != 1 {
			t.Fatal(temp, err)
		}
		left := filepath.Join(temp[0], "multipart-1")
		ok(t, os.WriteFile(left, []byte("secret"), 0o600))
		first.Process.Kill()
		first.exit()
		second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		second.url()
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("the upload of the crashed program is still there: %v", err)
		}
	})
}
