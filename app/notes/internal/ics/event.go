package ics

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxText    = 2_000 // bytes of a text that are shown, since it can be shown for each day of a year
	maxDetails = 80_000
)

// An Event is a VEVENT: a note of a day, or an appointment, or what repeats on many days.
type Event struct {
	ID      string // for addresses; it stays the same as long as UID does
	UID     string // made of the content if the file has none
	Text    string // the summary, or the beginning of a very long one
	Details string // the description, in the same way
	Place   string
	AllDay  bool
	Repeats bool
	Zone    string // the name of a time zone that is unknown; empty: none

	start    moment
	length   time.Duration
	rule     *rule              // nil: it repeats by no rule
	also     []moment           // when it takes place, too
	except   map[exception]bool // when it does not
	replaces *moment            // it takes place instead of the event with its UID at this moment
	canceled bool
	plain    bool // see Editable
	yearly   bool // see Note
	noUID    bool
	text     string
}

// parseEvent reads a VEVENT. On an error, the event has only some of its properties.
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
		p, err := parseProperty(line.text)
		if err != nil || depth != 1 {
			continue // of an alarm, or the rest of a text that somebody has forgotten to fold
		}
		if err := d.set(f, p); err != nil {
			return d.Event, err
		}
	}
	return d.Event, d.finish()
}

// A draft is an event that is being read.
type draft struct {
	*Event
	started  bool    // there is a start
	end      *moment // nil: none
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
		d.Text = shorten(strings.Join(strings.Fields(decodeText(p.value)), " "), maxText)
	case "DESCRIPTION":
		d.Details = shorten(strings.TrimSpace(decodeText(p.value)), maxDetails)
	case "LOCATION":
		d.Place = shorten(strings.Join(strings.Fields(decodeText(p.value)), " "), maxText)
	case "STATUS":
		d.canceled = strings.EqualFold(p.value, "CANCELLED")
	case "DTSTART":
		d.started = true
		if d.start, err = f.parseMoment(p); d.start.isFloating() {
			d.Zone = p.params["TZID"]
		}
	case "DTEND":
		m, err = f.parseMoment(p)
		d.end = &m
	case "DURATION":
		d.length, err = parseDuration(p.value)
	case "RRULE":
		if d.ruleText != "" {
			return errors.New("it repeats by two rules")
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

// finish sets what several properties say together.
func (d *draft) finish() (err error) {
	if d.noUID = d.UID == ""; d.noUID {
		d.UID = shortHash(content(d.text)) + "@dibbler"
	}
	if !d.started {
		return errors.New("it has no day: DTSTART is missing")
	}
	if d.AllDay = d.start.isDate; d.end != nil {
		d.length = max(0, d.end.in(time.UTC).Sub(d.start.in(time.UTC)))
	}
	if d.AllDay {
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
	d.Repeats = d.rule != nil || len(d.also) > 0
	d.yearly = isYearly(d.ruleText, d.start.wall)
	d.plain = (d.AllDay || d.start.isFloating()) && d.Zone == "" && d.length == defaultLength(d.AllDay) &&
		(d.rule == nil || d.yearly) && len(d.also)+len(d.excepted) == 0 && d.replaces == nil
	return nil
}

func defaultLength(allDay bool) time.Duration {
	if allDay {
		return oneDay
	}
	return 0
}

// An exception is a moment, or a whole day, on which an event does not take place.
type exception struct {
	key   int64 // of the moment or the day
	isDay bool
}

// exclude has the event not take place at m.
func (e *Event) exclude(m moment) {
	if e.AllDay {
		m = m.day()
	}
	if e.except == nil {
		e.except = map[exception]bool{}
	}
	e.except[exception{m.key(), m.isDate}] = true
}

// excludes reports whether the event does not take place at m, which is one of its moments.
func (e *Event) excludes(m moment) bool {
	return len(e.except) > 0 && (e.except[exception{m.key(), false}] || e.except[exception{m.day().key(), true}])
}

// applyReplacements has events not take place when others replace them.
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
			m.plain = false
		}
	}
}

// identity returns what an event has in common with other versions of it, and with no other
// event.
func (e *Event) identity() string {
	if e.replaces != nil {
		return fmt.Sprint(e.UID, "\n", e.replaces.key())
	}
	return e.UID
}

// setID sets the ID. count has the events by their IDs so far.
func (e *Event) setID(count map[string]int) {
	e.ID = shortHash(e.identity())
	if count[e.ID]++; count[e.ID] > 1 {
		e.ID = fmt.Sprintf("%s-%d", e.ID, count[e.ID])
	}
}

// shorten returns the beginning of a text that is longer than n bytes.
func shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
