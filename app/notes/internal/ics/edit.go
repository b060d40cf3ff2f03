package ics

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An Edit replaces a component with the text Old by one with the text New. If Old is empty,
// New is added. If New is empty, Old is removed.
type Edit struct{ Old, New string }

// Undo returns edits that undo the given edits. It does not remove time zones, because later
// events may need them.
func Undo(edits []Edit) (undo []Edit) {
	for _, e := range edits {
		if !e.isZone() {
			undo = append(undo, Edit{e.New, e.Old})
		}
	}
	return undo
}

func (e Edit) isZone() bool {
	for line := range lines(e.New) {
		if name, isBegin, _ := border(line.text); isBegin {
			return name == "VTIMEZONE"
		}
	}
	return false
}

// ErrChanged is returned by [File.Apply] if the file does not contain the text to replace.
var ErrChanged = errors.New("it was changed or deleted in the meantime")

// Apply returns a new file with all edits, or an error such as [ErrChanged].
func (f *File) Apply(edits []Edit) (*File, error) {
	parts := slices.Clone(f.parts)
	at := make(map[string][]int, len(parts)) // a file can have the same component twice
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
	file, err := Parse((&File{parts: parts}).String()) // an edit may have damaged the file
	if err != nil {
		return nil, fmt.Errorf("the new file could not be read: %w", err)
	}
	return file, nil
}

// insert inserts time zones before the first component, where some programs need them, and
// events after the last one.
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

// crlf converts the line ends of text to \r\n.
func crlf(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	if !strings.HasSuffix(text, "\n") {
		text += "\r\n"
	}
	return text
}
