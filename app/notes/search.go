package notes

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	nextDays = 31  // days on /notes
	maxFound = 200 // shown results of a search
)

// A searchForm is the form of a search.
type searchForm struct {
	Q string `schema:"q"` // the words
}

// A listView is the data of web/notes.html.
type listView struct {
	Q        string
	Done     done
	Days     []dayNotes // the next days, if Q is empty
	Found    []match    // the results of the search
	More     int        // the number of results that are not shown
	File     *ics.File
	Path     string // the path of the file
	ThisYear int
}

// A dayNotes has the notes of a day.
type dayNotes struct {
	Day     day
	Entries []entry
}

// A match is a note that a search has found.
type match struct {
	*ics.Event
	Day  day  // its next day, or its first day if it has no next one
	Next bool // whether Day is today or later
}

// OnNotes serves /notes: the notes of the next days, or the results of a search.
func (n *Notes) OnNotes(w *dibbler.Response, r *http.Request, form searchForm) error {
	file, err := n.store.File()
	if err != nil {
		return err
	}
	v := listView{Q: strings.TrimSpace(form.Q), Done: n.done(r), File: file, Path: n.store.Path(), ThisYear: n.today().Year()}
	if v.Q == "" {
		v.Days, err = n.upcoming(nextDays)
	} else if v.Found, err = n.search(file, v.Q); len(v.Found) > maxFound {
		v.More = len(v.Found) - maxFound
		v.Found = v.Found[:maxFound]
	}
	if err != nil {
		return err
	}
	return w.Render(pages(), "notes.html", v)
}

// upcoming returns the days with notes, of this number of days from today.
func (n *Notes) upcoming(days int) (all []dayNotes, err error) {
	d := n.today()
	var year *ics.Year
	for range days {
		if year == nil || d.YearDay() == 1 {
			if year, err = n.store.Year(d.Year(), n.time().Location()); err != nil {
				return nil, err
			}
		}
		if notes := entries(d, year); len(notes) > 0 {
			all = append(all, dayNotes{d, notes})
		}
		d = d.Later()
	}
	return all, nil
}

// search returns the notes that contain all words of q: first those with a next day, the
// earliest first, then past ones, the latest first. It leaves out canceled ones, which are on
// no day.
func (n *Notes) search(file *ics.File, q string) (found []match, err error) {
	words := strings.Fields(strings.ToLower(q))
	next, err := n.nextDays()
	if err != nil {
		return nil, err
	}
	loc := n.time().Location()
	for _, e := range file.Events() {
		text := strings.ToLower(e.Text + "\n" + e.Details + "\n" + e.Place)
		if e.Canceled || slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		d, ok := next[e]
		if !ok {
			d = day{e.FirstDay(loc)}
		}
		found = append(found, match{e, d, !d.Before(n.today().Time)})
	}
	slices.SortStableFunc(found, func(a, b match) int {
		order := b.Day.Compare(a.Day.Time)
		if a.Next && b.Next {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.Text, b.Text))
	})
	return found, nil
}

// nextDays returns the next day of each note that has one within a year.
func (n *Notes) nextDays() (map[*ics.Event]day, error) {
	days, err := n.upcoming(366)
	next := map[*ics.Event]day{}
	for _, d := range days {
		for _, e := range d.Entries {
			if _, ok := next[e.Event]; !ok {
				next[e.Event] = d.Day
			}
		}
	}
	return next, err
}
