package notes

import (
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/dibbler"
)

// An exportForm selects the notes to export.
type exportForm struct {
	Year int `schema:"year"` // 0 means all notes
}

// OnNotesIcs serves /notes.ics: all notes, or those of a year.
func (n *Notes) OnNotesIcs(w *dibbler.Response, r *http.Request, form exportForm) error {
	file, err := n.store.File()
	if err != nil {
		return err
	}
	name, text := "notes.ics", file.String()
	if form.Year != 0 {
		if form.Year < 1 || form.Year > 9999 {
			return &dibbler.Error{Status: http.StatusBadRequest, Message: "Enter a year from 1 to 9999."}
		}
		year := file.Year(form.Year, n.time().Location())
		name, text = fmt.Sprintf("notes-%04d.ics", form.Year), file.Of(year)
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err = w.Write([]byte(text))
	return err
}
