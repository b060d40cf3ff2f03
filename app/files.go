package app

import (
	"embed"
	"html/template"
	"io"
	"io/fs"
	"runtime"

	"github.com/dibbler-app/dibbler/app/internal/dev"
)

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
	return dev.Files(files, caller)
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
	t := &PageTemplates{files: dev.Files(files, caller), funcs: funcs, patterns: patterns, reparse: dev.Started()}
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
