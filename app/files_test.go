package app

import (
	"embed"
	"html/template"
	"io/fs"
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
