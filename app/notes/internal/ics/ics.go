// Package ics reads, changes and writes iCalendar files (RFC 5545), whose names end in .ics.
//
// A [File] keeps the text of each component. A change replaces the text of one event and
// nothing else. So properties, alarms and components of other programs that this package
// does not know stay as they are. The existing libraries decode components and encode them
// again, which loses some of this.
//
// A file can come from anybody, so these are limited: its size, the number of its events,
// the depth of its components, and the steps to find the days of repeating events. The
// package does not fetch anything that a file refers to.
package ics

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// MaxSize is the maximum size of a file in bytes.
	MaxSize = 32 << 20

	maxEvents = 50_000 // in a file
	maxDepth  = 10     // of nested components

	maxZoneSteps = 250_000 // days to examine to find when clocks change
)

// A File is the text of an iCalendar file, and its events. A File does not change: methods
// that change something return a new File. It may be used concurrently.
type File struct {
	parts  []part
	events []*Event
	failed []Failed
	zones  map[string]string // each VTIMEZONE by its TZID
	known  map[string]zone   // the time zones found so far by TZID; nil if unknown
	steps  int               // left to read time zones
}

// A part of a file is a component of a VCALENDAR, or the text between two of them.
type part struct {
	name string // such as "VEVENT"; empty for text between components
	text string
}

// A Failed is an event that cannot be read, and the reason.
type Failed struct {
	Text string // its summary; may be empty
	Err  error
}

// Empty is the text of a File without events.
const Empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dibbler-app//Notes//EN\r\nEND:VCALENDAR\r\n"

// Read reads a File of another program. A file that is not in UTF-8 is read as Windows-1252,
// which old programs write, and which includes the letters of Latin-1.
func Read(r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if utf8.Valid(data) {
		return Parse(string(data))
	}
	// Some programs fold lines between the bytes of a character (RFC 5545, section 3.1).
	if text := refold(string(data)); utf8.ValidString(text) {
		return Parse(text)
	}
	runes := make([]rune, len(data))
	for i, b := range data {
		if runes[i] = rune(b); 0x80 <= b && b < 0xa0 {
			runes[i] = windows[b-0x80]
		}
	}
	return Parse(string(runes))
}

// windows has the characters 0x80 to 0x9f of Windows-1252. Latin-1 has control characters there.
var windows = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

// Parse returns the File with this text. An event that cannot be read is not an error of the
// file; see [File.Failed].
func Parse(text string) (*File, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("it is larger than %d MB", MaxSize>>20)
	}
	parts, err := split(text)
	if err != nil {
		return nil, err
	}
	f := &File{parts: parts, zones: map[string]string{}, known: map[string]zone{}, steps: maxZoneSteps}
	for _, p := range parts {
		if p.name == "VTIMEZONE" {
			f.zones[zoneName(p.text)] = p.text
		}
	}
	ids := map[string]int{}
	for _, p := range parts {
		if p.name != "VEVENT" {
			continue
		}
		if len(f.events)+len(f.failed) == maxEvents {
			return nil, fmt.Errorf("it has more than %d events", maxEvents)
		}
		e, err := f.parseEvent(p.text)
		if err != nil {
			f.failed = append(f.failed, Failed{e.Text, err})
			continue
		}
		e.setID(ids)
		f.events = append(f.events, e)
	}
	f.applyReplacements()
	return f, nil
}

// String returns the text of the file.
func (f *File) String() string {
	var b strings.Builder
	for _, p := range f.parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// Events returns the events, in the order of the file. They must not be changed.
func (f *File) Events() []*Event { return f.events }

// Failed returns the events that cannot be read. The file keeps them.
func (f *File) Failed() []Failed { return f.failed }

// Others returns the number of components of each other kind except time zones, such as
// VTODO. The file keeps them.
func (f *File) Others() map[string]int {
	counts := map[string]int{}
	for _, p := range f.parts {
		if p.name != "" && p.name != "VEVENT" && p.name != "VTIMEZONE" {
			counts[p.name]++
		}
	}
	return counts
}

// Event returns the event with this ID, or nil.
func (f *File) Event(id string) *Event {
	for _, e := range f.events {
		if e.ID == id {
			return e
		}
	}
	return nil
}

var errNoCalendar = errors.New("it is not a calendar file: the line BEGIN:VCALENDAR is missing")

// split splits the text of a file into its parts.
func split(text string) (parts []part, err error) {
	var open []string                 // the components that the line is in
	begin, from, found := 0, 0, false // the beginnings of the part and of its component
	for line := range lines(text) {
		name, isBegin, ok := border(line.text)
		switch {
		case !ok:
			if len(open) == 0 && !found && strings.Trim(line.text, "\ufeff \t") != "" {
				return nil, errNoCalendar
			}
		case isBegin:
			if len(open) == 0 && name != "VCALENDAR" {
				return nil, errNoCalendar
			}
			found = true
			if open = append(open, name); len(open) > maxDepth {
				return nil, fmt.Errorf("line %d: components are nested more than %d deep", line.number, maxDepth)
			}
			if len(open) == 2 {
				from = line.begin
			}
		case len(open) == 0 || open[len(open)-1] != name:
			return nil, fmt.Errorf("line %d: END:%.30s has no BEGIN:%[2]s before it", line.number, name)
		default:
			if len(open) == 2 {
				parts = append(parts, part{"", text[begin:from]}, part{name, text[from:line.end]})
				begin = line.end
			}
			open = open[:len(open)-1]
		}
	}
	switch {
	case !found:
		return nil, errNoCalendar
	case len(open) > 0:
		return nil, fmt.Errorf("it ends early: END:%.30s is missing", open[len(open)-1])
	}
	return append(parts, part{"", text[begin:]}), nil
}

// border returns the name of the component that a line begins or ends.
func border(line string) (name string, isBegin, ok bool) {
	keyword, name, _ := strings.Cut(line, ":")
	isBegin = strings.EqualFold(strings.TrimPrefix(keyword, "\ufeff"), "BEGIN")
	if !isBegin && !strings.EqualFold(keyword, "END") {
		return "", false, false
	}
	return strings.ToUpper(strings.TrimSpace(name)), isBegin, true
}
