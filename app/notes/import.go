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
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

// launched returns the page for a file that the owner has opened with the program. It does not
// import the file: the page has a button for that.
func (n *Notes) launched(_ context.Context, args []string, _ string) (page string, err error) {
	switch {
	case !strings.EqualFold(filepath.Ext(args[0]), ".ics"):
		return "", nil
	case len(args) > 1:
		return "", errors.New("open one calendar file at a time")
	}
	return "/import?path=" + url.QueryEscape(args[0]), nil
}

// An importForm has an uploaded file, or the path of a file on this computer.
type importForm struct {
	File *multipart.FileHeader `schema:"file"`
	Path string                `schema:"path"`
}

// An importView is the data of web/import.html.
type importView struct {
	dibbler.Input[importForm]
	Preview *preview // nil if no file was chosen
	ics.Comparison

	loc *time.Location
}

// OnImport serves /import, a form for a file, and /import?preview=…, a preview of a file.
func (n *Notes) OnImport(w *dibbler.Response, r *http.Request, in dibbler.Input[importForm]) error {
	if id := r.URL.Query().Get("preview"); id != "" {
		return n.showPreview(w, in, id)
	}
	form, errs := in.Value()
	path := n.tool.Path(errs, "path", form.Path, app.FilePath)
	var field, name string
	var open func() (io.ReadCloser, error)
	switch {
	case errs.Any():
	case form.File != nil:
		field, name, open = "file", form.File.Filename, func() (io.ReadCloser, error) { return form.File.Open() }
	case path != "":
		field, name, open = "path", filepath.Base(path), func() (io.ReadCloser, error) { return os.Open(path) }
	case r.Method == http.MethodPost:
		errs.Add("file", "Choose a file.")
	}
	if open != nil {
		p, err := newPreview(name, open)
		if err == nil {
			n.previews.add(p)
			http.Redirect(w, r, "/import?preview="+p.ID, http.StatusSeeOther)
			return nil
		}
		errs.Add(field, sentence(err))
	}
	return w.Render(pages(), "import.html", importView{Input: in})
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
	return w.Render(pages(), "import.html", importView{in, p, file.Compare(p.File), n.time().Location()})
}

// An addForm selects the preview whose notes to add.
type addForm struct {
	Preview string `schema:"preview,required"`
	Changed bool   `schema:"changed"` // whether to replace changed notes, too
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
	compared := file.Compare(p.File)
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

// imported returns the report of an import.
func imported(count int, file string) string {
	if count == 1 {
		return fmt.Sprintf("1 note of %s was imported", quoted(file))
	}
	return fmt.Sprintf("%d notes of %s were imported", count, quoted(file))
}

// sentence returns the text of err as a sentence.
func sentence(err error) string {
	first, size := utf8.DecodeRuneInString(err.Error())
	return string(unicode.ToUpper(first)) + err.Error()[size:] + "."
}
