package app

import (
	"embed"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// devFlag, as the first argument, says that dibble dev has started the program.
const devFlag = "-dev"

// underDev reports whether dibble dev has started this process. Package variables ask it
// before [Main] does.
func underDev() bool { return len(os.Args) > 1 && os.Args[1] == devFlag }

// Files returns files, which are embedded in the source file that calls it:
//
//	//go:embed web
//	var web embed.FS
//
//	err := tool.Handle("GET /web/", http.FileServerFS(app.Files(web)))
//
// Under dibble dev they are read from the folder of that source file instead, each time
// that they are opened, so that a change of a style sheet or a script is seen without a
// build. What lies in the folder beside the files and folders that are embedded is never
// read.
func Files(files embed.FS) fs.FS {
	_, caller, _, _ := runtime.Caller(1)
	return present(files, caller)
}

// Templates parses the templates among embedded files that match patterns, such as
// "web/*.html", with these functions, which may be nil. Each is called by the last part of
// its file's name. It panics if one is wrong, as [template.Must] does, so that a package
// variable can hold them:
//
//	//go:embed web
//	var web embed.FS
//
//	var pages = app.Templates(web, nil, "web/*.html")
//
//	err := w.Render(pages, "greeting.html", greeting)
//
// Under dibble dev they are read from the folder of the source file that calls Templates,
// for each page again.
func Templates(files embed.FS, funcs template.FuncMap, patterns ...string) *PageTemplates {
	_, caller, _, _ := runtime.Caller(1)
	t := &PageTemplates{files: present(files, caller), funcs: funcs, patterns: patterns, again: underDev()}
	t.parsed = template.Must(t.parse())
	return t
}

// PageTemplates are the templates of pages; see [Templates]. They may be used
// concurrently.
type PageTemplates struct {
	files    fs.FS
	funcs    template.FuncMap
	patterns []string
	again    bool // parse them for each page
	parsed   *template.Template
}

// ExecuteTemplate writes the page that the template called name makes of data, as
// [template.Template.ExecuteTemplate] does. Use it by [dibbler.Response.Render], which
// sends a page whole or not at all.
func (t *PageTemplates) ExecuteTemplate(w io.Writer, name string, data any) error {
	parsed := t.parsed
	if t.again {
		var err error
		if parsed, err = t.parse(); err != nil {
			return err
		}
	}
	return parsed.ExecuteTemplate(w, name, data)
}

func (t *PageTemplates) parse() (*template.Template, error) {
	return template.New("").Funcs(t.funcs).ParseFS(t.files, t.patterns...)
}

// present returns embedded files or, under dibble dev, those beside the source file.
func present(files fs.FS, source string) fs.FS {
	if underDev() {
		return onDisk{files, filepath.Dir(source)}
	}
	return files
}

// onDisk has the files of a folder whose names begin as those of embedded files do.
type onDisk struct {
	embedded fs.FS
	folder   string
}

func (d onDisk) Open(name string) (fs.File, error) {
	if d.has(name) {
		return os.DirFS(d.folder).Open(name)
	}
	return d.embedded.Open(name)
}

// ReadDir leaves out what cannot be opened, so that no pattern matches it.
func (d onDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if !d.has(name) {
		return fs.ReadDir(d.embedded, name)
	}
	entries, err := os.ReadDir(filepath.Join(d.folder, name))
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !d.has(name + "/" + e.Name()) }), err
}

// has reports whether name is read from the folder: there are other files beside those
// that are embedded, and in folders the go command leaves out names that begin with a dot
// or an underscore, which editors also give to files of theirs.
func (d onDisk) has(name string) bool {
	top, below, _ := strings.Cut(name, "/")
	if !fs.ValidPath(name) || top == "." || !exists(d.embedded, top) {
		return false
	}
	if _, err := os.Stat(filepath.Join(d.folder, top)); err != nil {
		return false // the source is not here, or was not where it is now
	}
	hidden := strings.Contains("/"+below, "/.") || strings.Contains("/"+below, "/_")
	return !hidden || exists(d.embedded, name)
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}
