package dev

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFiles_onDisk: the current files are read, without hidden files in the folder.
func TestFiles_onDisk(t *testing.T) {
	embedded := fstest.MapFS{
		"web/page.html": {Data: []byte("old")}, "web/gone.html": {Data: []byte("gone")}, "web/.hidden": {Data: []byte("old")},
		"style.css": {Data: []byte("old")}, "elsewhere/page.html": {Data: []byte("embedded")},
	}
	dir := t.TempDir()
	for _, name := range []string{"web/page.html", "web/sub/new.html", "web/.hidden", "web/.git/config", "web/_draft.html", "style.css", "main.go"} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("new"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	files := onDisk{embedded, dir}
	for name, want := range map[string]string{
		"web/page.html": "new", "web/sub/new.html": "new", "style.css": "new", "web/.hidden": "new", "elsewhere/page.html": "embedded",
	} {
		if text, err := fs.ReadFile(files, name); string(text) != want || err != nil {
			t.Errorf("%s has %q, %v, want %q", name, text, err, want)
		}
	}
	for _, name := range []string{"web/gone.html", "web/.git/config", "web/_draft.html", "main.go", "../" + filepath.Base(dir) + "/style.css", "web/../main.go", "/web/page.html"} {
		if text, err := fs.ReadFile(files, name); err == nil {
			t.Errorf("%s has %q", name, text)
		}
	}
	if names, err := fs.Glob(files, "web/*.html"); strings.Join(names, " ") != "web/page.html" || err != nil {
		t.Errorf("found %v, %v", names, err)
	}
}
