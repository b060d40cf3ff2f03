package ics

import "strings"

// A Comparison has the events of another file, compared with those of a file.
type Comparison struct {
	New     []*Event // not in the file
	Changed []*Event // different in the file
	Same    []*Event // the same in the file
	LeftOut []*Event // because an earlier event of the other file has the same UID

	added, changed []Edit
}

// Compare compares the events of another file with those of f.
func (f *File) Compare(other *File) Comparison {
	var c Comparison
	have := make(map[string]*Event, len(f.events))
	for _, e := range f.events {
		have[e.identity()] = e
	}
	seen := map[string]*Event{}
	for _, e := range other.events {
		if first := seen[e.identity()]; first != nil {
			if content(first.text) != content(e.text) {
				c.LeftOut = append(c.LeftOut, e)
			}
			continue
		}
		seen[e.identity()] = e
		mine, found := have[e.identity()]
		switch {
		case !found:
			c.New = append(c.New, e)
			c.added = append(c.added, Edit{New: e.withUID()})
		case content(mine.text) == content(e.withUID()):
			c.Same = append(c.Same, e)
		default:
			c.Changed = append(c.Changed, e)
			c.changed = append(c.changed, Edit{mine.text, e.withUID()})
		}
	}
	c.added = append(f.missingZones(other), c.added...)
	return c
}

// Edits returns edits that add the new events and, if changed is true, replace the changed
// ones.
func (c Comparison) Edits(changed bool) []Edit {
	if changed {
		return append(c.added, c.changed...)
	}
	return c.added
}

// missingZones returns edits that add the time zones that are only in the other file.
func (f *File) missingZones(other *File) (edits []Edit) {
	for _, p := range other.parts {
		if p.name == "VTIMEZONE" && f.zones[zoneName(p.text)] == "" {
			edits = append(edits, Edit{New: crlf(p.text)})
		}
	}
	return edits
}

// withUID returns the text of the event for another file. If the event has no UID, it adds
// one, so that a later import recognizes the event.
func (e *Event) withUID() string {
	if !e.noUID {
		return crlf(e.text)
	}
	return rewrite(crlf(e.text), map[string]string{"UID": fold("UID:" + e.UID)})
}

// content returns the lines of a component without those that differ in each export.
func content(text string) string {
	var b strings.Builder
	for line := range lines(text) {
		if name, _, _ := strings.Cut(line.text, ":"); name != "DTSTAMP" && name != "LAST-MODIFIED" {
			b.WriteString(line.text + "\n")
		}
	}
	return b.String()
}
