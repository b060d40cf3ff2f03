package dev

import (
	"path/filepath"
	"testing"
)

func TestSources_of(t *testing.T) {
	root := filepath.FromSlash("/home/ada/tee küche")
	s := &sources{root: root, main: filepath.Join(root, "cmd/tea"), packages: []sourcePackage{
		{dir: filepath.Join(root, "cmd/tea"), embedded: map[string]bool{"web/page.html": true, "web/.hidden": true, "note.txt": true, "style.css": true, "dist/app.js": true},
			patterns: []embedPattern{{text: "web", live: true}, {text: "web/.hidden", live: true}, {text: "*.css", live: true}, {text: "note.txt"}, {text: "dist"}}},
		{dir: filepath.Join(root, "internal/dist")},
		{dir: filepath.FromSlash("/home/ada/common/lib"), embedded: map[string]bool{"web/page.html": true}, patterns: []embedPattern{{text: "web", all: true, live: true}, {text: "web/*.html"}}},
	}}
	for want, names := range map[change][]string{
		changeTool: {
			"main.go", "go.mod", "go.sum", "cmd/tea/main.go", "new/sub/x.go", "lib.c", "../common/lib/lib.go",
			"cmd/tea/note.txt", "cmd/tea/new.css", "cmd/tea/dist/app.js", "cmd/tea/dist/sub/new.js",
			"internal/dist/x.go", "cmd/", "cmd/tea/web/", "../common/lib/web/page.html",
		},
		changePages: {"cmd/tea/web/page.html", "cmd/tea/web/new.html", "cmd/tea/web/sub/new.png", "cmd/tea/web/sub/", "cmd/tea/web/.hidden", "cmd/tea/style.css", "../common/lib/web/x.png", "../common/lib/web/_x.png"},
		changeVet:   {"main_test.go", "cmd/tea/main_test.go"},
		changeNothing: {
			"README.md", "cmd/tea/other.txt", "web/page.html", "go.work.md", "_draft.go",
			".git/x.go", ".idea/", "dist/x.go", "node_modules/a/x.go", "cmd/dist/", "x/.git/hooks/y.go",
			"main.go~", ".main.go.swp", ".#main.go", "#main.go#", "4913", "main.go___jb_tmp___", "main.go___jb_old___", "main.go.tmp",
			"cmd/tea/web/4913", "cmd/tea/web/page.html~", "cmd/tea/web/.page.html.swp", "cmd/tea/web/page.html___jb_old___", "cmd/tea/web/_draft.html", "cmd/tea/web/.git/config",
			"../other/main.go", "../common/other.go", "../common/lib/web/.page.html.swp",
		},
	} {
		for _, name := range names {
			path := filepath.Join(root, filepath.FromSlash(name))
			if name[len(name)-1] == '/' {
				path += string(filepath.Separator)
			}
			if got := s.of(path); got != want {
				t.Errorf("%s: %d, want %d", name, got, want)
			}
		}
	}
}
