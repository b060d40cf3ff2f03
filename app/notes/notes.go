// Package notes is a plug-in that keeps notes of days. It is the second part of the sample
// tool, to be used as it is and to be read as an example: of a plug-in that works with
// another one, the calendar, and of one that keeps what its owner writes.
//
// The notes are in one iCalendar file, notes.ics in the folder of the tool's files, which any
// calendar program can read. A program can also change it: that is seen at the next page.
//
// Its pages:
//
//	/day         OnDay         the notes of a day, and a form for a new one
//	/note        OnNote        a form to change a note, or to delete it
//	/notes       OnNotes       the next days, and search
//	/import      OnImport      adds the events of an iCalendar file, after a look at them
//	/notes.ics   OnNotesIcs    all notes, or those of a year, as an iCalendar file
//
// What changes something is a form's button, a POST; see the calls of Handle in StartTool.
// It leads back to a page that says what was done, with a button that undoes it.
//
// The file notes.go has the plug-in. Each page has a file of its own, and a template in the
// folder web. Package internal/ics knows the file format, and internal/store keeps the file.
package notes

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/internal/localtime"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/notes/internal/store"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

// pages are parsed for the first page, so that the program starts sooner.
var pages = sync.OnceValue(func() *app.PageTemplates { return app.Templates(web, nil, "web/*.html") })

// Notes is the plug-in. Its zero value is ready to use, in a program whose App.Opens has .ics.
type Notes struct {
	tool     *app.Tool
	store    *store.Store
	prefs    *app.Saved[prefs]
	reading  atomic.Bool // the file is read for the first time
	previews previews
	now      func() time.Time // nil means localtime.Now
}

// StartTool is called once, before the first page is served. It does not read the notes, so
// that the program starts as fast with many of them.
func (n *Notes) StartTool(_ context.Context, tool *app.Tool) (err error) {
	n.tool = tool
	n.store = store.New(filepath.Join(tool.Dir(), "notes.ics"))
	if n.prefs, err = app.Settings(tool, "notes-settings", "Notes", prefs{Morning: never}, nil); err != nil {
		return err
	}
	tool.Tray(n.tray)
	return errors.Join(
		tool.OnLaunch(n.launched),
		tool.Handle("POST /note/delete", n.delete),
		tool.Handle("POST /notes/undo", n.undo),
		tool.Handle("POST /import/add", n.add),
	)
}

// time returns the present time. Its location is also right for other times of the year,
// which that of localtime.Now is not on every system.
func (n *Notes) time() time.Time {
	if n.now != nil {
		return n.now()
	}
	now := localtime.Now()
	if local := now.Local(); local.Format("-07:00") == now.Format("-07:00") {
		return local
	}
	return now
}

// today returns the present date.
func (n *Notes) today() day { return dayOf(n.time()) }

// A done is what a page says was done, with a button that undoes it. The zero value says
// nothing.
type done struct {
	Change store.Change
	Page   string // to come back to
}

// done returns what the query of a page says was done.
func (n *Notes) done(r *http.Request) done {
	query := r.URL.Query()
	c, _ := n.store.Made(query.Get("done"))
	query.Del("done")
	return done{c, r.URL.Path + "?" + query.Encode()}
}

// show redirects the browser to a page that says that c was made, so that a reload does not
// send the form again.
func show(w http.ResponseWriter, r *http.Request, page string, c store.Change) error {
	http.Redirect(w, r, withQuery(page, "done", c.ID), http.StatusSeeOther)
	return nil
}

// An undoForm names a change, and the page to go back to.
type undoForm struct {
	ID   string `schema:"id,required"`
	Page string `schema:"page,required"`
}

// undo serves "POST /notes/undo".
func (n *Notes) undo(w *dibbler.Response, r *http.Request, form undoForm) error {
	c, err := n.store.Undo(form.ID)
	if err != nil {
		return conflict("This cannot be undone", err)
	}
	if !loopback.IsPage(form.Page) {
		form.Page = "/notes"
	}
	return show(w, r, form.Page, c)
}
