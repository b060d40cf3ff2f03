// Package notes is a plug-in that keeps notes for days. It is the second plug-in of the
// sample tool. It is also an example of a plug-in that works with another one, the calendar,
// and of one that saves data.
//
// The notes are in an iCalendar file, notes.ics in the folder of the tool's files, which any
// calendar program can read. Other programs may also change the file: the next page shows
// the changes.
//
// Its pages and methods are:
//
//	/day         OnDay         the notes of a day, and a form for a new one
//	/note        OnNote        a form that changes a note or deletes it
//	/notes       OnNotes       the next days, and a search
//	/import      OnImport      a preview of an iCalendar file, whose events can be added
//	/notes.ics   OnNotesIcs    all notes, or those of a year, as an iCalendar file
//
// Only POST requests change notes. They redirect to a page that reports the change, with a
// button that undoes it.
//
// The plug-in is in notes.go. Each page has a file of its own, and a template in the folder
// web. Package internal/ics implements the file format, and internal/store stores the file.
package notes

import (
	"context"
	"embed"
	"errors"
	"net/http"
	"path/filepath"
	"runtime"
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

// pages are parsed when the first page is shown, so that the program starts faster.
var pages = sync.OnceValue(func() *app.PageTemplates { return app.Templates(web, nil, "web/*.html") })

// Notes is the plug-in. Its zero value is ready to use. App.Opens of the program must include
// .ics.
type Notes struct {
	tool     *app.Tool
	store    *store.Store
	prefs    *app.Saved[prefs]
	reading  atomic.Bool // whether the file was read, or is being read, in the background
	previews previews
	now      func() time.Time // nil means localtime.Now
}

// StartTool adds the plug-in to the program. It does not read the notes, so that many notes
// do not delay the start.
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

// time returns the current time. Its location is also right for other times of the year,
// unlike that of localtime.Now on Windows.
func (n *Notes) time() time.Time {
	if n.now != nil {
		return n.now()
	}
	now := localtime.Now()
	if local := now.Local(); runtime.GOOS == "windows" && local.Format("-07:00") == now.Format("-07:00") {
		return local
	}
	return now
}

// today returns the current date.
func (n *Notes) today() day {
	y, m, d := n.time().Date()
	return day{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// A done is the report of a change on a page, with a button that undoes it. The zero value
// shows nothing.
type done struct {
	Change store.Change
	Page   string // the page to return to
}

// done returns the report that the query of a page asks for.
func (n *Notes) done(r *http.Request) done {
	query := r.URL.Query()
	c, _ := n.store.Made(query.Get("done"))
	query.Del("done")
	return done{c, r.URL.Path + "?" + query.Encode()}
}

// show redirects to a page that reports c. A reload of that page does not send the form again.
func show(w http.ResponseWriter, r *http.Request, page string, c store.Change) error {
	http.Redirect(w, r, withQuery(page, "done", c.ID), http.StatusSeeOther)
	return nil
}

// An undoForm selects a change, and the page to return to.
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
