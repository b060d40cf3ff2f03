package app

import (
	"embed"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

//go:embed testdata/files
var testFiles embed.FS

var testFuncs = template.FuncMap{"quote": func(s string) string { return "“" + s + "”" }}

func TestFiles(t *testing.T) {
	if text, err := fs.ReadFile(Files(testFiles), "testdata/files/name.html"); string(text) != "{{quote .}}" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
	if _, err := fs.Stat(Files(testFiles), "files.go"); err == nil {
		t.Error("a file that is not embedded can be opened")
	}
}

// TestFiles_underDev: the current files are read, without hidden files in the folder.
func TestFiles_underDev(t *testing.T) {
	embedded := fstest.MapFS{
		"web/page.html": {Data: []byte("old")}, "web/gone.html": {Data: []byte("gone")}, "web/.hidden": {Data: []byte("old")},
		"style.css": {Data: []byte("old")}, "elsewhere/page.html": {Data: []byte("embedded")},
	}
	dir := t.TempDir()
	for _, name := range []string{"web/page.html", "web/sub/new.html", "web/.hidden", "web/.git/config", "web/_draft.html", "style.css", "main.go"} {
		path := filepath.Join(dir, name)
		ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
		ok(t, os.WriteFile(path, []byte("new"), 0o600))
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

func TestTemplates(t *testing.T) {
	pages := Templates(testFiles, testFuncs, "testdata/files/*.html")
	var page strings.Builder
	if err := pages.ExecuteTemplate(&page, "hello.html", "<Ada>"); page.String() != "<p>“&lt;Ada&gt;”\n" || err != nil {
		t.Errorf("got %q, %v", page.String(), err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Templates accepts a template with an unknown function")
		}
	}()
	Templates(testFiles, nil, "testdata/files/*.html")
}

// TestTemplates_underDev: the current templates are used, and a bad one causes an error.
func TestTemplates_underDev(t *testing.T) {
	files := fstest.MapFS{"web/page.html": {Data: []byte("first {{.}}")}}
	pages := &PageTemplates{files: files, patterns: []string{"web/*.html"}, reparse: true}
	for _, test := range []struct{ text, want, problem string }{
		{"first {{.}}", "first 1", ""},
		{"second {{.}}", "second 1", ""},
		{"third {{", "", "page.html:1"},
		{"fourth {{.}}", "fourth 1", ""},
	} {
		files["web/page.html"] = &fstest.MapFile{Data: []byte(test.text)}
		var page strings.Builder
		err := pages.ExecuteTemplate(&page, "page.html", 1)
		if page.String() != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: got %q, %v", test.text, page.String(), err)
		}
	}
}
