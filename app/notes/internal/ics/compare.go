package ics

import "strings"

// A Comparison is what the events of another file are to a file.
type Comparison struct {
	New     []*Event // not in the file
	Changed []*Event // in the file, but not the same
	Same    []*Event // in the file already
	Failed  []Failed // they cannot be read

	added, changed []Edit
}

// Compare compares the events of another file with those of f.
func (f *File) Compare(other *File) Comparison {
	c := Comparison{Failed: other.failed}
	have := make(map[string]*Event, len(f.events))
	for _, e := range f.events {
		have[e.identity()] = e
	}
	seen := map[string]bool{}
	for _, e := range other.events {
		mine, found := have[e.identity()]
		switch {
		case seen[e.identity()]: // twice in the other file, where the first counts
		case !found:
			c.New = append(c.New, e)
			c.added = append(c.added, Edit{New: e.withUID()})
		case content(mine.text) == content(e.withUID()):
			c.Same = append(c.Same, e)
		default:
			c.Changed = append(c.Changed, e)
			c.changed = append(c.changed, Edit{mine.text, e.withUID()})
		}
		seen[e.identity()] = true
	}
	c.added = append(f.missingZones(other), c.added...)
	return c
}

// Edits returns the edits that add the new events and, if changed is true, replace the
// changed ones.
func (c Comparison) Edits(changed bool) []Edit {
	if changed {
		return append(c.added, c.changed...)
	}
	return c.added
}

// missingZones returns the edits that add the time zones that only the other file has.
func (f *File) missingZones(other *File) (edits []Edit) {
	for _, p := range other.parts {
		if p.name == "VTIMEZONE" && f.zones[tzid(p.text)] == "" {
			edits = append(edits, Edit{New: crlf(p.text)})
		}
	}
	return edits
}

// withUID returns the text of the event for another file. If it has no UID, it gets one, so
// that it is known when it comes again.
func (e *Event) withUID() string {
	text := crlf(e.text)
	if !e.noUID {
		return text
	}
	for begin := range lines(text) {
		text = text[:begin.end] + "UID:" + e.UID + "\r\n" + text[begin.end:]
		break
	}
	return text
}

// content returns the lines of a component without those that are different in each copy.
func content(text string) string {
	var b strings.Builder
	for line := range lines(text) {
		if name, _, _ := strings.Cut(line.text, ":"); name != "DTSTAMP" && name != "LAST-MODIFIED" {
			b.WriteString(line.text + "\n")
		}
	}
	return b.String()
}
