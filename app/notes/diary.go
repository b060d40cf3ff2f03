package notes

import (
	"cmp"
	"errors"

	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
	"github.com/dibbler-app/dibbler/dibbler"
)

// DayPage and Notes implement calendar.Diary, so the calendar can link to pages of this plug-in
// and mark the days with notes. The packages do not import each other: main.go passes this
// plug-in to the calendar.

// DayPage returns the page of a day, without the date at its end.
func (n *Notes) DayPage() string { return dayPage[1:] }

// Notes returns the notes of a year. The keys are the days of the year, from 1.
func (n *Notes) Notes(year int) (map[int][]string, error) {
	y, err := n.store.Year(year, n.time().Location())
	if e, ok := errors.AsType[*dibbler.Error](err); ok {
		return nil, errors.New(e.Message) // without the status
	}
	if err != nil {
		return nil, err
	}
	notes := map[int][]string{}
	for d := 1; d <= 366; d++ {
		if l := lines(y.Day(d)); l != nil {
			notes[d] = l
		}
	}
	return notes, nil
}

// lines returns a line for each entry, such as "14:30 Dentist".
func lines(entries []ics.Entry) (all []string) {
	for _, e := range entries {
		line := cmp.Or(e.Text, "(without text)")
		if !e.Start.IsZero() {
			line = e.Start.Format("15:04 ") + line
		}
		all = append(all, line)
	}
	return all
}
