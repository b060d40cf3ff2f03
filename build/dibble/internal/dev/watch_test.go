package dev

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

// A watched is a watched folder of a test.
type watched struct {
	*watcher
	t   *testing.T
	dir string
}

func watch(t *testing.T) watched {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "Tee & Küche")
	write(t, dir, map[string]string{"main.go": "", "web/page.html": "", "dist/app.js": "", "dist/x.go": "", ".git/x.go": "", "lib/lib.go": ""})
	w, err := newWatcher(&sources{root: dir, main: dir, packages: []sourcePackage{{
		dir:      dir,
		embedded: map[string]bool{"web/page.html": true, "dist/app.js": true},
		patterns: []embedPattern{{text: "web", live: true}, {text: "dist/*.js"}, {text: "/not allowed"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return watched{w, t, dir}
}

// wants waits until these files have been reported, in any number of bursts. The test
// fails if others are reported.
func (w watched) wants(c change, names ...string) {
	w.t.Helper()
	missing := map[string]bool{}
	for _, name := range names {
		missing[name] = true
	}
	want := maps.Clone(missing)
	var highest change
	for len(missing) > 0 {
		b := <-w.bursts
		highest = max(highest, b.change)
		for _, path := range b.names {
			name, err := filepath.Rel(w.dir, path)
			if err != nil {
				w.t.Fatal(err)
			}
			if name = filepath.ToSlash(name); !want[name] {
				w.t.Errorf("%s has changed, want %v", name, names)
			}
			delete(missing, name)
		}
	}
	if highest != c {
		w.t.Errorf("%v: change %d, want %d", names, highest, c)
	}
}

func (w watched) rename(from, to string) {
	w.t.Helper()
	if err := os.Rename(filepath.Join(w.dir, from), filepath.Join(w.dir, to)); err != nil {
		w.t.Fatal(err)
	}
}

func (w watched) remove(name string) {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.dir, name)); err != nil {
		w.t.Fatal(err)
	}
}

func TestWatcher(t *testing.T) {
	var many []string
	for i := range 300 {
		many = append(many, fmt.Sprintf("many%d/x.go", i))
	}
	for _, test := range []struct {
		name   string
		do     func(w watched)
		change change
		want   []string
	}{
		{"write", func(w watched) { write(t, w.dir, map[string]string{"main.go": "x"}) }, changeTool, []string{"main.go"}},
		{"template", func(w watched) { write(t, w.dir, map[string]string{"web/page.html": "x"}) }, changePages, []string{"web/page.html"}},
		{"both", func(w watched) {
			write(t, w.dir, map[string]string{"web/page.html": "x", "main.go": "x"})
		}, changeTool, []string{"web/page.html", "main.go"}},
		{"embedded where else nothing is watched", func(w watched) { write(t, w.dir, map[string]string{"dist/x.go": "x", "dist/app.js": "x"}) }, changeTool, []string{"dist/app.js"}},
		{"by GoLand", func(w watched) {
			write(t, w.dir, map[string]string{"main.go___jb_tmp___": "x"})
			w.rename("main.go", "main.go___jb_old___")
			w.rename("main.go___jb_tmp___", "main.go")
			w.remove("main.go___jb_old___")
		}, changeTool, []string{"main.go"}},
		{"by vim", func(w watched) {
			write(t, w.dir, map[string]string{"web/4913": "", "web/.page.html.swp": "x"})
			w.remove("web/4913")
			w.rename("web/page.html", "web/page.html~")
			write(t, w.dir, map[string]string{"web/page.html": "x"})
			w.remove("web/page.html~")
		}, changePages, []string{"web/page.html"}},
		{"embedded where else nothing is watched, in a new folder", func(w watched) {
			w.rename("dist", "../old")
			write(t, w.dir, map[string]string{"dist/app.js": "x"})
		}, changeTool, []string{"dist/app.js"}},
		{"removed", func(w watched) { w.remove("main.go") }, changeTool, []string{"main.go"}},
		{"new folders", func(w watched) { write(t, w.dir, map[string]string{"a/b/c.go": ""}) }, changeTool, []string{"a/b/c.go"}},
		{"new folder in an embedded one", func(w watched) { write(t, w.dir, map[string]string{"web/a/b.css": ""}) }, changePages, []string{"web/a/b.css"}},
		{"many folders", func(w watched) {
			for _, name := range many {
				write(t, w.dir, map[string]string{name: ""})
			}
		}, changeTool, many},
		{"folder moved", func(w watched) { w.rename("lib", "lib2") }, changeTool, []string{"lib", "lib2/lib.go"}},
		{"folder moved away", func(w watched) { w.rename("lib", "../lib") }, changeTool, []string{"lib"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := watch(t)
			w.t = t
			test.do(w)
			w.wants(test.change, test.want...)
			// The watcher keeps watching, also folders that were moved.
			write(t, w.dir, map[string]string{".git/x.go": "y", "README.md": "y"})
			next := "next/next.go"
			if test.name == "folder moved" {
				next = "lib2/next.go"
			}
			write(t, w.dir, map[string]string{next: "y"})
			w.wants(changeTool, next)
		})
	}
}
