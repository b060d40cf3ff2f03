package ics

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Longer texts are truncated, because a year can show a text on each of its days.
const (
	maxText    = 2_000 // characters
	maxDetails = 20_000
)

// An Event is a VEVENT: a note or an appointment, which may repeat.
type Event struct {
	ID       string // for URLs; does not change while UID does not
	UID      string // a hash of the content if the file has none
	Text     string // the summary
	Details  string // the description
	Place    string
	Canceled bool   // whether the event does not take place; then it is on no day of a Year
	Editable bool   // whether a Note can change the day and time, not only the text
	Zone     string // the name of the time zone if that is unknown, or ""

	start    moment
	length   time.Duration
	nominal  time.Duration   // the part of length that the clocks show, whether they change or not
	rule     *rule           // nil if no rule repeats the event
	also     []moment        // further times of the event
	listed   map[string]bool // the keys of start and also; nil if also is empty
	except   map[string]bool // the keys of times and whole days without the event
	replaces *moment         // the time of another event with this UID that this one replaces
	yearly   bool            // see Note
	noUID    bool
	text     string
}

// parseEvent parses a VEVENT. If it returns an error, it also returns an event with the
// properties before the error.
func (f *File) parseEvent(text string) (*Event, error) {
	d := draft{Event: &Event{text: text}}
	depth := 0
	for line := range lines(text) {
		if _, isBegin, ok := border(line.text); ok {
			if depth--; isBegin {
				depth += 2
			}
			continue
		}
		p, ok := parseProperty(line.text)
		if !ok || depth != 1 {
			continue // a property of an alarm, or the rest of a text that should have been folded
		}
		if err := d.set(f, p); err != nil {
			return d.Event, err
		}
	}
	return d.Event, d.finish()
}

// A draft is an event that is being parsed.
type draft struct {
	*Event
	started  bool    // whether the start is set
	end      *moment // nil if there is none
	ruleText string
	excepted []moment
}

// set sets a property.
func (d *draft) set(f *File, p property) (err error) {
	var m moment
	var all []moment
	switch p.name {
	case "UID":
		d.UID = strings.TrimSpace(p.value)
	case "SUMMARY":
		d.Text = Shorten(strings.Join(strings.Fields(unescapes.Replace(p.value)), " "), maxText)
	case "DESCRIPTION":
		d.Details = Shorten(strings.TrimSpace(unescapes.Replace(p.value)), maxDetails)
	case "LOCATION":
		d.Place = Shorten(strings.Join(strings.Fields(unescapes.Replace(p.value)), " "), maxText)
	case "STATUS":
		d.Canceled = strings.EqualFold(p.value, "CANCELLED")
	case "DTSTART":
		d.started = true
		if d.start, err = f.parseMoment(p); d.start.isFloating() {
			d.Zone = p.params["TZID"]
		}
	case "DTEND":
		m, err = f.parseMoment(p)
		d.end = &m
	case "DURATION":
		d.nominal, d.length, err = parseDuration(p.value)
	case "RRULE":
		if d.ruleText != "" {
			return errors.New("it has two repetition rules")
		}
		d.ruleText = p.value
	case "RDATE":
		all, err = f.parseMoments(p)
		d.also = append(d.also, all...)
	case "EXDATE":
		all, err = f.parseMoments(p)
		d.excepted = append(d.excepted, all...)
	case "RECURRENCE-ID":
		m, err = f.parseMoment(p)
		d.replaces = &m
	}
	return err
}

// finish sets the fields that depend on several properties.
func (d *draft) finish() (err error) {
	if d.noUID = d.UID == ""; d.noUID {
		d.UID = shortHash(content(d.text)) + "@dibbler"
	}
	if !d.started {
		return errors.New("it has no date: DTSTART is missing")
	}
	if d.end != nil {
		d.length, d.nominal = max(0, d.end.in(time.UTC).Sub(d.start.in(time.UTC))), 0
		if d.start.isFloating() {
			d.nominal = d.length
		}
	}
	if d.start.isDate {
		d.length = max(oneDay, d.length.Truncate(oneDay))
	}
	if d.ruleText != "" {
		if d.rule, err = parseRule(d.ruleText, d.start.wall); err != nil {
			return err
		}
	}
	for _, m := range d.excepted {
		d.exclude(m)
	}
	d.yearly = isYearly(d.ruleText, d.start.wall)
	d.Editable = (d.start.isDate || d.start.isFloating()) && d.Zone == "" && d.length == defaultLength(d.start.isDate) &&
		(d.rule == nil || d.yearly) && len(d.also)+len(d.excepted) == 0 && d.replaces == nil
	d.removeRepeated() // after Editable, because the file keeps them
	return nil
}

// removeRepeated removes the further times that are there twice or are the start (RFC 5545,
// section 3.8.5.2).
func (e *Event) removeRepeated() {
	if len(e.also) == 0 {
		return
	}
	e.listed = map[string]bool{e.start.key(): true}
	e.also = slices.DeleteFunc(e.also, func(m moment) bool {
		again := e.listed[m.key()]
		e.listed[m.key()] = true
		return again
	})
}

func defaultLength(allDay bool) time.Duration {
	if allDay {
		return oneDay
	}
	return 0
}

// exclude adds an exception.
func (e *Event) exclude(m moment) {
	if e.start.isDate {
		m = m.day()
	}
	if e.except == nil {
		e.except = map[string]bool{}
	}
	e.except[m.key()] = true
}

// excludes reports whether there is an exception for m.
func (e *Event) excludes(m moment) bool {
	return len(e.except) > 0 && (e.except[m.key()] || e.except[m.day().key()])
}

// applyReplacements adds exceptions to events for the events that replace them.
func (f *File) applyReplacements() {
	masters := make(map[string]*Event, len(f.events))
	for _, e := range f.events {
		if e.replaces == nil {
			masters[e.UID] = e
		}
	}
	for _, e := range f.events {
		if m := masters[e.UID]; m != nil && e.replaces != nil {
			m.exclude(*e.replaces)
			m.Editable = false
		}
	}
}

// identity returns a text that identifies the event in all its versions.
func (e *Event) identity() string {
	if e.replaces != nil {
		return e.UID + "\n" + e.replaces.key()
	}
	return e.UID
}

// setID sets a unique ID. count has the number of events with each hash so far.
func (e *Event) setID(count map[string]int) {
	e.ID = shortHash(e.identity())
	if count[e.ID]++; count[e.ID] > 1 {
		e.ID = fmt.Sprintf("%s-%d", e.ID, count[e.ID])
	}
}

// Version returns a text that differs between versions of the event.
func (e *Event) Version() string { return shortHash(e.text) }

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
