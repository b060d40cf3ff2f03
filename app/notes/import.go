package notes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

// launched chooses the page for a file that is double-clicked. It changes nothing: that takes
// a button of the page.
func (n *Notes) launched(_ context.Context, args []string, _ string) (page string, err error) {
	switch {
	case !strings.EqualFold(filepath.Ext(args[0]), ".ics"):
		return "", nil
	case len(args) > 1:
		return "", errors.New("open one calendar file at a time")
	}
	return "/import?path=" + url.QueryEscape(args[0]), nil
}

// An importForm has a file of this computer, or one that is uploaded.
type importForm struct {
	File *multipart.FileHeader `schema:"file"`
	Path string                `schema:"path"`
}

// An importView is what web/import.html shows.
type importView struct {
	dibbler.Input[importForm]
	Preview *preview // nil: no file has been chosen
	ics.Comparison
}

// OnImport serves /import: a form for a file, and /import?preview=…, what a file would add.
func (n *Notes) OnImport(w *dibbler.Response, r *http.Request, in dibbler.Input[importForm]) error {
	if id := r.URL.Query().Get("preview"); id != "" {
		return n.showPreview(w, in, id)
	}
	form, errs := in.Value()
	path := n.tool.Path(errs, "path", form.Path, app.FilePath)
	var p *preview
	var err error
	switch {
	case form.File != nil:
		if p, err = newPreview(form.File.Filename, func() (io.ReadCloser, error) { return form.File.Open() }); err != nil {
			errs.Add("file", sentence(err))
		}
	case path != "":
		if p, err = newPreview(filepath.Base(path), func() (io.ReadCloser, error) { return os.Open(path) }); err != nil {
			errs.Add("path", sentence(err))
		}
	case r.Method == http.MethodPost:
		errs.Add("file", "Choose a file.")
	}
	if errs.Any() || p == nil {
		return w.Render(pages(), "import.html", importView{Input: in})
	}
	n.previews.add(p)
	http.Redirect(w, r, "/import?preview="+p.ID, http.StatusSeeOther)
	return nil
}

func (n *Notes) showPreview(w *dibbler.Response, in dibbler.Input[importForm], id string) error {
	p, err := n.previews.get(id)
	if err != nil {
		return err
	}
	file, err := n.store.File()
	if err != nil {
		return err
	}
	return w.Render(pages(), "import.html", importView{in, p, file.Compare(p.file)})
}

// An addForm names a preview whose notes are to be added.
type addForm struct {
	Preview string `schema:"preview,required"`
	Changed bool   `schema:"changed"` // replace those that are different
}

// add serves "POST /import/add".
func (n *Notes) add(w *dibbler.Response, r *http.Request, form addForm) error {
	p, err := n.previews.get(form.Preview)
	if err != nil {
		return err
	}
	file, err := n.store.File()
	if err != nil {
		return err
	}
	compared := file.Compare(p.file)
	count := len(compared.New)
	if form.Changed {
		count += len(compared.Changed)
	}
	c, err := n.store.Change(imported(count, p.Name), compared.Edits(form.Changed))
	if err != nil {
		return conflict("Nothing was imported", err)
	}
	return show(w, r, "/notes", c)
}

// imported says how many notes of a file were imported.
func imported(count int, file string) string {
	if count == 1 {
		return fmt.Sprintf("1 note of %s was imported", quoted(file))
	}
	return fmt.Sprintf("%d notes of %s were imported", count, quoted(file))
}

// sentence returns the text of an error as a sentence for a page.
func sentence(err error) string {
	first, size := utf8.DecodeRuneInString(err.Error())
	return string(unicode.ToUpper(first)) + err.Error()[size:] + "."
}
