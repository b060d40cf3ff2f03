package ics

import "strings"

// Of returns the text of a file with the events of a year only.
func (f *File) Of(y *Year) string {
	in := map[string]bool{} // by UID, which an event shares with the events that replace it
	for _, day := range y.days {
		for _, e := range day {
			in[e.UID] = true
		}
	}
	keep := map[string]bool{}
	for _, e := range f.events {
		keep[e.text] = in[e.UID]
	}
	var b strings.Builder
	for _, p := range f.parts {
		if p.name != "VEVENT" || keep[p.text] {
			b.WriteString(p.text)
		}
	}
	return b.String()
}
