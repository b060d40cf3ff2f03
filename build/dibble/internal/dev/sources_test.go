package dev

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes files in a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEmbedPatterns(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a.go": `package a

import (
	"embed"
	tea "github.com/dibbler-app/dibbler/app"
	other "example.com/app"
)

//go:embed web "with blank" all:hidden
//go:embed ` + "`quoted dir/*.html`" + `
var read embed.FS

var (
	//go:embed one
	one embed.FS

	// both is used by app.Files, and also elsewhere.
	//go:embed both
	both embed.FS

	//go:embed plain.txt
	plain string
)

var pages = tea.Templates(read, nil, "web/*.html")

func f() {
	_ = tea.Files(one)
	_ = x.one
	_ = tea.Files(both)
	_ = fs.Sub(both, "both")
	_ = other.Files(plain)
}
`,
		"b.go": `package a

import "github.com/dibbler-app/dibbler/app"

//go:embed elsewhere
var elsewhere embed.FS

var _ = app.Files(elsewhere)
`,
		"c.go": "package a; this is no Go",
	})
	got := map[string]embedPattern{}
	for _, p := range embedPatterns(listed{Dir: dir, GoFiles: []string{"a.go", "b.go", "c.go"}, EmbedPatterns: []string{"web", "in-c", "all:all-in-c"}}) {
		got[p.text] = p
	}
	want := map[string]embedPattern{
		"web":               {text: "web", live: true},
		"with blank":        {text: "with blank", live: true},
		"hidden":            {text: "hidden", all: true, live: true},
		"quoted dir/*.html": {text: "quoted dir/*.html", live: true},
		"one":               {text: "one", live: true},
		"both":              {text: "both"},
		"plain.txt":         {text: "plain.txt"},
		"elsewhere":         {text: "elsewhere", live: true},
		"in-c":              {text: "in-c"},
		"all-in-c":          {text: "all-in-c", all: true},
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestFindTool(t *testing.T) {
	const goMod, main = "module example.com/tea\n\ngo 1.26\n", "package main\n\nfunc main() {}\n"
	for name, test := range map[string]struct {
		files        map[string]string
		main, wanted string // an error
	}{
		"here":           {map[string]string{"go.mod": goMod, "main.go": main, "cmd/x/main.go": main}, ".", ""},
		"not compiling":  {map[string]string{"go.mod": goMod, "main.go": main + "oops"}, ".", ""},
		"missing module": {map[string]string{"go.mod": goMod, "main.go": main + "import _ \"example.com/nowhere\"\n"}, ".", ""},
		"below":          {map[string]string{"go.mod": goMod, "tea.go": "package tea\n", "cmd/tea/main.go": main}, "cmd/tea", ""},
		"below, alone":   {map[string]string{"go.mod": goMod, "cmd/tea/main.go": main}, "cmd/tea", ""},
		"none":           {map[string]string{"go.mod": goMod, "tea.go": "package tea\n"}, "", "no main package"},
		"several":        {map[string]string{"go.mod": goMod, "cmd/a/main.go": main, "cmd/b/main.go": main}, "", "dibble dev " + filepath.FromSlash("cmd/a") + ", or dibble dev " + filepath.FromSlash("cmd/b")},
		"no module":      {map[string]string{"main.go": main}, "", "there is no go.mod in"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "Tee & Küche")
			write(t, dir, test.files)
			t.Setenv("GOWORK", "off")
			t.Setenv("GOPROXY", "off")
			s, err := findTool(t.Context(), dir)
			if test.wanted != "" {
				if err == nil || !strings.Contains(err.Error(), test.wanted) {
					t.Errorf("%v, want %q", err, test.wanted)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if s.root != dir || s.main != filepath.Join(dir, filepath.FromSlash(test.main)) {
				t.Errorf("%+v, want %s in %s", s, test.main, dir)
			}
		})
	}
}

// TestFindTool_workspace: the other modules of a workspace are sources, too.
func TestFindTool_workspace(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"go.work":          "go 1.26\n\nuse (\n\t./tea\n\t./lib\n)\n",
		"tea/go.mod":       "module example.com/tea\n\ngo 1.26\n",
		"tea/main.go":      "package main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n",
		"lib/go.mod":       "module example.com/lib\n\ngo 1.26\n",
		"lib/lib.go":       "package lib\n\nimport _ \"embed\"\n\n//go:embed web\nvar web string\n",
		"lib/web/page.css": "",
	})
	t.Setenv("GOWORK", "")
	s, err := findTool(t.Context(), filepath.Join(dir, "tea"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.packages, func(p sourcePackage) bool { return p.path == "example.com/lib" })
	if i < 0 || s.packages[i].vetted || !s.packages[i].embedded["web/page.css"] {
		t.Errorf("%+v", s.packages)
	}
}
