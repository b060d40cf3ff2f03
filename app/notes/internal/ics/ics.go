// Package ics reads, changes and writes iCalendar files, whose names end in .ics (RFC 5545).
//
// A [File] keeps each component as the text that it was read from. A change replaces the
// text of one event and nothing else, so that properties, alarms and components that this
// package does not know, made by any other program, are written as they were read. That is
// why it is built on no library: those that can be had decode a component and encode it
// again.
//
// Files come from anywhere, so everything that their authors choose has a bound: the size of
// a file, the number of its events, the depth of its components and the steps that it takes
// to find the days of events that repeat. Nothing that a file refers to is fetched.
package ics

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"unicode/utf8"
)

const (
	// MaxSize is the size of the largest file that is read, in bytes.
	MaxSize = 32 << 20

	maxEvents = 50_000 // in a file
	maxDepth  = 10     // of components in each other

	maxZoneSteps = 250_000 // days that are looked at to find when clocks change
)

// A File is the text of an iCalendar file, and its events. It does not change: methods that
// change something return another File, so it can be used concurrently.
type File struct {
	parts  []part
	events []*Event
	failed []Failed
	zones  map[string]string // each VTIMEZONE by its TZID
	known  map[string]zone   // by TZID, as they were looked up; nil: unknown
	steps  int               // left for reading zones
}

// A part of a file is a component of a VCALENDAR, or the text between two of them.
type part struct {
	name string // such as "VEVENT"; empty: not a component
	text string
}

// Failed is an event that cannot be read, and why.
type Failed struct {
	Text string // of its summary, or empty
	Err  error
}

// Empty is the text of a File without events.
const Empty = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//dibbler-app//Notes//EN\r\nEND:VCALENDAR\r\n"

// Read reads a File of another program. It may be in Latin-1, which old programs write
// instead of UTF-8.
func Read(r io.Reader) (*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxSize {
		return nil, errSize
	}
	if utf8.Valid(data) {
		return Parse(string(data))
	}
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return Parse(string(runes))
}

var errSize = fmt.Errorf("it is larger than %d MB", MaxSize>>20)

// Parse returns the File with this text. An event that cannot be read is no error of the
// file: see [File.Failed].
func Parse(text string) (*File, error) {
	if len(text) > MaxSize {
		return nil, errSize
	}
	parts, err := split(text)
	if err != nil {
		return nil, err
	}
	return newFile(parts)
}

// newFile reads the events of parts.
func newFile(parts []part) (*File, error) {
	f := &File{parts: parts, zones: map[string]string{}, known: map[string]zone{}, steps: maxZoneSteps}
	count := 0
	for _, p := range parts {
		switch p.name {
		case "VTIMEZONE":
			f.zones[tzid(p.text)] = p.text
		case "VEVENT":
			count++
		}
	}
	if count > maxEvents {
		return nil, fmt.Errorf("it has %d events, and at most %d can be read", count, maxEvents)
	}
	f.events = make([]*Event, 0, count)
	ids := make(map[string]int, count)
	for _, p := range parts {
		if p.name != "VEVENT" {
			continue
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

// Failed returns the events that cannot be read. They stay in the file.
func (f *File) Failed() []Failed { return f.failed }

// Others counts the components that are neither events nor time zones, such as VTODO, by
// their names. They stay in the file.
func (f *File) Others() map[string]int {
	counts := map[string]int{}
	for _, p := range f.parts {
		counts[p.name]++
	}
	maps.DeleteFunc(counts, func(name string, _ int) bool {
		return name == "" || name == "VEVENT" || name == "VTIMEZONE"
	})
	return counts
}

// Event returns the event with this [Event.ID], or nil.
func (f *File) Event(id string) *Event {
	for _, e := range f.events {
		if e.ID == id {
			return e
		}
	}
	return nil
}

var errNoCalendar = errors.New("it is no iCalendar file: the line BEGIN:VCALENDAR is missing")

// split cuts the text of a file into its parts.
func split(text string) (parts []part, err error) {
	var open []string                 // the components around the line
	begin, from, found := 0, 0, false // of the part, and of the component in it
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
				return nil, fmt.Errorf("line %d: components are in each other more than %d deep", line.number, maxDepth)
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
