package notes

import "github.com/dibbler-app/dibbler/app/notes/internal/ics"

// DayPage and Notes implement calendar.Diary: they let the calendar link its days to pages of
// this plug-in, and mark those that have notes. The two packages do not import each other;
// main.go hands the one to the other.

// DayPage returns the page of days, for a date at its end.
func (n *Notes) DayPage() string { return dayPage[1:] }

// Notes returns the texts of the notes of each day of a year that has any, by the days of the
// year, counted from 1.
func (n *Notes) Notes(year int) (map[int][]string, error) {
	y, err := n.store.Year(year, n.time().Location())
	if err != nil {
		return nil, err
	}
	notes := map[int][]string{}
	for d := 1; d <= 366; d++ {
		for _, e := range y.Day(d) {
			notes[d] = append(notes[d], line(e))
		}
	}
	return notes, nil
}

// line returns an entry in a line, such as "14:30 Dentist".
func line(e ics.Entry) string {
	text := e.Text
	if text == "" {
		text = "(without text)"
	}
	if e.Start.IsZero() {
		return text
	}
	return e.Start.Format("15:04 ") + text
}
