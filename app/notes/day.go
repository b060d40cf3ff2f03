package notes

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A day is a date, at midnight in UTC.
type day struct{ time.Time }

// UnmarshalText parses a date in the format of browsers.
func (d *day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || t.Year() < 1 {
		return errors.New("enter a date such as 2026-07-03")
	}
	d.Time = t
	return nil
}

func (d day) String() string { return d.Format(time.DateOnly) }
func (d day) Long() string   { return d.Format("Monday, 2 January ") + fmt.Sprint(d.Year()) }
func (d day) Page() string   { return dayPage + d.String() }

// Earlier and Later return the day before and the day after.
func (d day) Earlier() day { return day{d.AddDate(0, 0, -1)} }
func (d day) Later() day   { return day{d.AddDate(0, 0, 1)} }

const dayPage = "/day?date="

// withQuery sets a value in the query of a page.
func withQuery(page, name, value string) string {
	path, query, _ := strings.Cut(page, "?")
	values, _ := url.ParseQuery(query)
	values.Set(name, value)
	return path + "?" + values.Encode()
}

// A dayView is the data of web/day.html. F has the fields of a noteForm.
type dayView[F any] struct {
	dibbler.Input[F]
	Done       done
	Day        day
	Entries    []entry
	Incomplete bool
}

// OnDay serves /day?date=2026-07-03: the notes of a day, and a form for a new one. Without a
// date, it is today.
func (n *Notes) OnDay(w *dibbler.Response, r *http.Request, in dibbler.Input[noteForm]) error {
	d := n.today()
	if text := r.URL.Query().Get("date"); text != "" {
		if err := d.UnmarshalText([]byte(text)); err != nil {
			return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such day.", Err: err}
		}
	}
	form, errs := in.Value()
	if form.check(errs, ics.Note{}); in.Sent() && r.Method == http.MethodPost && !errs.Any() {
		note := form.note(d)
		c, err := n.store.Change(quoted(note.Text)+" was added", []ics.Edit{note.Edit(newUID(), n.time())})
		if err == nil {
			return show(w, r, d.Page(), c)
		}
		if err := again(w, errs, err); err != nil {
			return err
		}
	}
	year, err := n.store.Year(d.Year(), n.time().Location())
	if err != nil {
		return err
	}
	return w.Render(pages(), "day.html", dayView[noteForm]{in, n.done(r), d, entries(d, year), year.Incomplete})
}

// An entry is a note on a day.
type entry struct {
	ics.Entry
	Day day
}

func entries(d day, year *ics.Year) (all []entry) {
	for _, e := range year.Day(d.YearDay()) {
		all = append(all, entry{e, d})
	}
	return all
}
