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
	nextDays = 31  // that /notes shows
	maxFound = 200 // notes that a search shows
)

// A searchForm has the words to search for.
type searchForm struct {
	Q string `schema:"q"`
}

// A listView is what web/notes.html shows.
type listView struct {
	Q        string
	Done     done
	Days     []dayNotes // without a search
	Found    []match    // of a search
	More     int        // matches that are not shown
	Count    int        // of all notes
	Failed   []ics.Failed
	Others   map[string]int
	Path     string // of the file
	ThisYear int
}

// A dayNotes has the notes of a day.
type dayNotes struct {
	Day     day
	Entries []entry
}

// A match is a note that a search has found, with its next day, or its first one.
type match struct {
	*ics.Event
	Day  day
	Next bool // Day is today or later
}

// OnNotes serves /notes: the next days, or what a search finds.
func (n *Notes) OnNotes(w *dibbler.Response, r *http.Request, form searchForm) error {
	file, err := n.store.File()
	if err != nil {
		return err
	}
	v := listView{Q: strings.TrimSpace(form.Q), Done: n.done(r), Count: len(file.Events()), Failed: file.Failed(), Others: file.Others(), Path: n.store.Path(), ThisYear: n.today().Year()}
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

// upcoming returns the days from today on that have notes, of so many days.
func (n *Notes) upcoming(days int) (all []dayNotes, err error) {
	loc := n.time().Location()
	d := n.today()
	for range days {
		year, err := n.store.Year(d.Year(), loc)
		if err != nil {
			return nil, err
		}
		if notes := entries(d, year); len(notes) > 0 {
			all = append(all, dayNotes{d, notes})
		}
		d = d.Later()
	}
	return all, nil
}

// search returns the notes that have all words of q: those of the next days first, then those
// of the past, the latest first.
func (n *Notes) search(file *ics.File, q string) (found []match, err error) {
	words := strings.Fields(strings.ToLower(q))
	next, err := n.nextDays()
	if err != nil {
		return nil, err
	}
	loc := n.time().Location()
	for _, e := range file.Events() {
		text := strings.ToLower(e.Text + "\n" + e.Details + "\n" + e.Place)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			continue
		}
		d, ok := next[e]
		if !ok {
			d = day{e.FirstDay(loc)}
		}
		found = append(found, match{e, d, !d.Before(n.today().Time)})
	}
	slices.SortStableFunc(found, func(a, b match) int {
		switch {
		case a.Next != b.Next && a.Next:
			return -1
		case a.Next != b.Next:
			return 1
		case a.Next:
			return cmp.Or(a.Day.Compare(b.Day.Time), cmp.Compare(a.Text, b.Text))
		}
		return cmp.Or(b.Day.Compare(a.Day.Time), cmp.Compare(a.Text, b.Text))
	})
	return found, nil
}

// nextDays returns the next day of each note that has one in this year or the next.
func (n *Notes) nextDays() (map[*ics.Event]day, error) {
	next := map[*ics.Event]day{}
	today := n.today()
	end := today.AddDate(1, 0, 0)
	var year *ics.Year
	for d := today; d.Before(end); d = d.Later() {
		if year == nil || d.YearDay() == 1 {
			var err error
			if year, err = n.store.Year(d.Year(), n.time().Location()); err != nil {
				return nil, err
			}
		}
		for _, e := range year.Day(d.YearDay()) {
			if _, ok := next[e.Event]; !ok {
				next[e.Event] = d
			}
		}
	}
	return next, nil
}
