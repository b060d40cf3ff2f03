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

// devFlag is the first argument of a program that dibble dev starts.
const devFlag = "-dev"

// underDev reports whether dibble dev has started this process. It may be called before
// [Main], while package variables are initialized.
func underDev() bool { return len(os.Args) > 1 && os.Args[1] == devFlag }

// Files returns files, which must be embedded by the source file that calls Files:
//
//	//go:embed web
//	var web embed.FS
//
//	err := tool.Handle("GET /web/", http.FileServerFS(app.Files(web)))
//
// In a program that dibble dev has started, the files are read from the folder of that
// source file instead, each time they are opened. So a changed style sheet or script
// needs no build. If any file in a folder is embedded, the others in it can be opened,
// too, except those whose names begin with a dot or an underscore.
func Files(files embed.FS) fs.FS {
	_, caller, _, _ := runtime.Caller(1)
	return currentFiles(files, caller)
}

// Templates parses the embedded files that match patterns, such as "web/*.html", as HTML
// templates with the functions in funcs, which may be nil. The name of a template is the
// base name of its file. Templates panics if a file cannot be parsed or a pattern matches
// no file, so it can initialize a package variable:
//
//	//go:embed web
//	var web embed.FS
//
//	var pages = app.Templates(web, nil, "web/*.html")
//
//	err := w.Render(pages, "greeting.html", greeting)
//
// In a program that dibble dev has started, the templates are parsed again for each page,
// from the folder of the source file that calls Templates.
func Templates(files embed.FS, funcs template.FuncMap, patterns ...string) *PageTemplates {
	_, caller, _, _ := runtime.Caller(1)
	t := &PageTemplates{files: currentFiles(files, caller), funcs: funcs, patterns: patterns, reparse: underDev()}
	t.parsed = template.Must(t.parse())
	return t
}

// PageTemplates is a set of HTML templates; see [Templates]. It may be used concurrently.
type PageTemplates struct {
	files    fs.FS
	funcs    template.FuncMap
	patterns []string
	reparse  bool // for each page
	parsed   *template.Template
}

// ExecuteTemplate applies the template called name to data and writes the output to w, as
// [template.Template.ExecuteTemplate] does. It is usually called by
// [dibbler.Response.Render], which sends either a complete page or an error page.
func (t *PageTemplates) ExecuteTemplate(w io.Writer, name string, data any) error {
	parsed := t.parsed
	if t.reparse {
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

// currentFiles returns embedded files or, under dibble dev, the files beside the source file.
func currentFiles(files fs.FS, source string) fs.FS {
	if underDev() {
		return onDisk{files, filepath.Dir(source)}
	}
	return files
}

// onDisk reads the embedded files and folders from a folder on disk.
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

// ReadDir leaves out files that cannot be opened, so that no pattern matches them.
func (d onDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if !d.has(name) {
		return fs.ReadDir(d.embedded, name)
	}
	entries, err := os.ReadDir(filepath.Join(d.folder, name))
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !d.has(name + "/" + e.Name()) }), err
}

// has reports whether name is read from the folder. The folder also has files that are
// not embedded. In embedded folders, the go command leaves out names that begin with a
// dot or an underscore, which editors use for their own files.
func (d onDisk) has(name string) bool {
	top, below, _ := strings.Cut(name, "/")
	if !fs.ValidPath(name) || top == "." || !exists(d.embedded, top) {
		return false
	}
	if _, err := os.Stat(filepath.Join(d.folder, top)); err != nil {
		return false // the source is not on this machine, or was moved
	}
	hidden := strings.Contains("/"+below, "/.") || strings.Contains("/"+below, "/_")
	return !hidden || exists(d.embedded, name)
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}
