package notes

import (
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// An exportForm says which notes to export.
type exportForm struct {
	Year int `schema:"year"` // zero: all
}

// OnNotesIcs serves /notes.ics: all notes, or those of a year, for another program.
func (n *Notes) OnNotesIcs(w *dibbler.Response, r *http.Request, form exportForm) error {
	file, err := n.store.File()
	if err != nil {
		return err
	}
	name, text := "notes.ics", ""
	if form.Year == 0 {
		text = file.String()
	} else {
		d := day{time.Date(form.Year, 1, 1, 0, 0, 0, 0, time.UTC)}
		if form.Year < 1 || form.Year > 9999 {
			return &dibbler.Error{Status: http.StatusBadRequest, Message: "Enter a year from 1 to 9999."}
		}
		year, err := n.store.Year(form.Year, n.time().Location())
		if err != nil {
			return err
		}
		name, text = "notes-"+d.Format("2006")+".ics", file.Of(year)
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err = w.Write([]byte(text))
	return err
}
