package app

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
			if err := os.RemoveAll(filepath.Dir(file)); err != nil {
				t.Fatal(err)
			}
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
		if err := os.WriteFile(left, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
		first.Process.Kill()
		first.exit()
		second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		second.url()
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("the upload of the crashed program is still there: %v", err)
		}
	})
}
