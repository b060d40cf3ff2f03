package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An Edit replaces the text of a component by another: Old by New. If Old is empty, New is
// added; if New is empty, Old is removed.
type Edit struct{ Old, New string }

// Undo returns the edits that undo edits. Time zones that were added stay, because events of
// later edits may need them.
func Undo(edits []Edit) (undo []Edit) {
	for _, e := range edits {
		if !e.isZone() {
			undo = append(undo, Edit{e.New, e.Old})
		}
	}
	return undo
}

func (e Edit) isZone() bool { return strings.HasPrefix(e.New, "BEGIN:VTIMEZONE") }

// ErrChanged says that a component is not there any more as it was.
var ErrChanged = errors.New("it has been changed or deleted meanwhile")

// Apply returns the file with edits: all of them, or none. If the text that one replaces is
// not in the file, the error is [ErrChanged].
func (f *File) Apply(edits []Edit) (*File, error) {
	parts := slices.Clone(f.parts)
	at := make(map[string][]int, len(parts)) // several, if a file has the same twice
	for i, p := range parts {
		if p.name != "" {
			at[p.text] = append(at[p.text], i)
		}
	}
	var zones, events []part
	for _, e := range edits {
		switch old := at[e.Old]; {
		case e.Old != "" && len(old) == 0:
			return nil, ErrChanged
		case e.Old != "":
			parts[old[0]].text = e.New
			at[e.Old] = old[1:]
		case e.isZone():
			zones = append(zones, part{"VTIMEZONE", e.New})
		default:
			events = append(events, part{"VEVENT", e.New})
		}
	}
	parts = insert(parts, zones, events)
	file, err := Parse((&File{parts: parts}).String()) // so that no edit makes a file that cannot be read
	if err != nil {
		return nil, fmt.Errorf("the new file could not be read: %w", err)
	}
	return file, nil
}

// insert adds time zones before the first component, as some programs want them, and events
// after the last one.
func insert(parts, zones, events []part) []part {
	if first := slices.IndexFunc(parts, func(p part) bool { return p.name != "" }); first >= 0 {
		parts = slices.Insert(parts, first, zones...)
	} else {
		events = append(zones, events...)
	}
	last := len(parts) - 1
	tail := parts[last].text
	for line := range lines(tail) {
		if _, isBegin, ok := border(line.text); ok && !isBegin {
			parts[last].text = tail[:line.begin]
			parts = append(append(parts, events...), part{"", tail[line.begin:]})
			break
		}
	}
	return parts
}

// crlf returns text with the line ends that files should have.
func crlf(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	if !strings.HasSuffix(text, "\n") {
		text += "\r\n"
	}
	return text
}
