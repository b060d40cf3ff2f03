package create

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	text "text/template"

	"github.com/dibbler-app/dibbler/build/internal/module"
)

// templateFiles are programs. The go command ignores them, because the names of their
// folders begin with an underscore. A go.mod.tmpl has the lines of go.mod that are not
// for the library, and the go.sum beside it has their sums.
//
//go:embed all:templates
var templateFiles embed.FS

// A template is a program to copy for a new tool.
type template struct {
	name    string
	title   string // its App.Name
	summary string
}

var templates = []template{
	{"greeter", "Greeter", "a page with a form"},
	{"expenses", "Expenses", "a database: expenses by month, in SQLite"},
	{"checksums", "Checksums", "a long job: checksums of files, with progress and a Cancel button"},
}

func findTemplate(name string) (template, error) {
	for _, t := range templates {
		if t.name == name {
			return t, nil
		}
	}
	return template{}, fmt.Errorf("there is no template %q. The templates are:\n%s", name, listTemplates())
}

func listTemplates() string {
	var b strings.Builder
	for _, t := range templates {
		fmt.Fprintf(&b, "  %-10s %s\n", t.name, t.summary)
	}
	return b.String()
}

// files returns the files of a new tool, by name.
func (t tool) files(ctx context.Context, source module.Source) (map[string][]byte, error) {
	env, err := readGoEnv(ctx, filepath.Dir(t.dir))
	if err != nil {
		return nil, err
	}
	if err := env.check(); err != nil {
		return nil, err
	}
	lib, err := readLibrary(ctx, source)
	if err != nil {
		return nil, err
	}
	files, err := t.template.read()
	if err != nil {
		return nil, err
	}
	files["main.go"] = t.named(files["main.go"])
	for _, name := range []string{"README.md", ".gitignore"} {
		if files[name], err = t.fill(name); err != nil {
			return nil, err
		}
	}
	files["go.mod"] = lib.goMod(t.command, t.dir, files["go.mod.tmpl"])
	files["go.sum"] = lib.goSum(files["go.sum"])
	delete(files, "go.mod.tmpl")
	if work := env.workspace(t.dir, lib.goVersion); work != nil {
		files["go.work"] = work
	}
	return files, addIcon(files, t.name, t.command)
}

// read returns the template's files.
func (t template) read() (map[string][]byte, error) {
	files := map[string][]byte{}
	root := path.Join("templates", "_"+t.name)
	err := fs.WalkDir(templateFiles, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[strings.TrimPrefix(name, root+"/")], err = templateFiles.ReadFile(name)
		return err
	})
	return files, err
}

// named returns the template's main.go with the name and the ID of the tool.
func (t tool) named(main []byte) []byte {
	main = bytes.Replace(main, []byte(strconv.Quote(t.template.title)), []byte(strconv.Quote(t.name)), 1)
	return bytes.Replace(main, []byte(strconv.Quote("com.example."+t.template.name)), []byte(strconv.Quote(t.id)), 1)
}

// fill returns a file that is the same for all templates.
func (t tool) fill(name string) ([]byte, error) {
	all, err := text.ParseFS(templateFiles, "templates/_all/"+strings.TrimPrefix(name, "."))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = all.Execute(&b, struct{ Name, Command, Template string }{t.name, t.command, t.template.name})
	return b.Bytes(), err
}
