package ics

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// An Event is a VEVENT: a note of a day, or an appointment, or what repeats on many days.
type Event struct {
	ID      string // for addresses; it stays the same as long as UID does
	UID     string // made of the text if the file has none
	Text    string // the summary
	Details string // the description
	Place   string
	AllDay  bool
	Repeats bool
	Zone    string // the name of a time zone that is unknown; empty: none

	start    moment
	started  bool // start is set
	length   time.Duration
	rule     *rule          // nil: it repeats by no rule
	also     []moment       // when it takes place, too
	except   map[int64]bool // keys of moments of the rule when it does not
	days     map[int64]bool // keys of days on which it does not
	replaces *moment        // it takes place instead of the event with its UID at this moment
	canceled bool
	plain    bool // see Editable
	yearly   bool // see Note
	noUID    bool
	text     string
}

// parseEvent reads a VEVENT. On an error, the event has only its text.
func (f *File) parseEvent(text string) (*Event, error) {
	e := &Event{text: text, plain: true}
	var rule string
	var end *moment
	var excepted []moment
	depth := 0
	for line := range lines(text) {
		if _, isBegin, ok := border(line.text); ok {
			if depth--; isBegin {
				depth += 2
			}
			continue
		}
		if depth != 1 {
			continue
		}
		p, err := parseProperty(line.text)
		if err != nil {
			continue // such as the rest of a text that somebody has forgotten to fold
		}
		if err := f.set(e, p, &rule, &end, &excepted); err != nil {
			return e, err
		}
	}
	if e.UID == "" {
		e.noUID = true
		e.UID = shortHash(text) + "@dibbler"
	}
	return e, e.finish(rule, end, excepted)
}

// set sets a property of the event.
func (f *File) set(e *Event, p property, rule *string, end **moment, excepted *[]moment) (err error) {
	switch p.name {
	case "UID":
		e.UID = strings.TrimSpace(p.value)
	case "SUMMARY":
		e.Text = strings.Join(strings.Fields(decodeText(p.value)), " ")
	case "DESCRIPTION":
		e.Details = strings.TrimSpace(decodeText(p.value))
	case "LOCATION":
		e.Place = strings.Join(strings.Fields(decodeText(p.value)), " ")
	case "STATUS":
		e.canceled = strings.EqualFold(p.value, "CANCELLED")
	case "DTSTART":
		e.started = true
		if e.start, err = f.parseMoment(p); err == nil && e.start.zone == nil && !e.start.utc && !e.start.isDate {
			e.Zone = p.params["TZID"]
		}
	case "DTEND":
		var m moment
		m, err = f.parseMoment(p)
		*end = &m
	case "DURATION":
		e.length, err = parseDuration(p.value)
	case "RRULE":
		if *rule != "" {
			return errors.New("it repeats by two rules")
		}
		*rule = p.value
	case "RDATE":
		var all []moment
		all, err = f.parseMoments(p)
		e.also = append(e.also, all...)
	case "EXDATE":
		var all []moment
		all, err = f.parseMoments(p)
		*excepted = append(*excepted, all...)
	case "RECURRENCE-ID":
		var m moment
		m, err = f.parseMoment(p)
		e.replaces = &m
	}
	return err
}

// finish sets what several properties say together.
func (e *Event) finish(rule string, end *moment, excepted []moment) (err error) {
	if !e.started {
		return errors.New("it has no day: DTSTART is missing")
	}
	if e.AllDay = e.start.isDate; end != nil {
		e.length = max(0, end.in(time.UTC).Sub(e.start.in(time.UTC)))
	}
	if e.AllDay {
		e.length = max(oneDay, e.length.Truncate(oneDay))
	}
	if rule != "" {
		if e.rule, err = parseRule(rule, e.start.wall); err != nil {
			return err
		}
	}
	for _, m := range excepted {
		e.exclude(m)
	}
	e.Repeats = e.rule != nil || len(e.also) > 0
	e.yearly = rule != "" && isYearly(rule, e.start.wall)
	e.plain = !e.start.utc && e.start.zone == nil && e.Zone == "" && (rule == "" || e.yearly) &&
		len(e.also)+len(e.except)+len(e.days) == 0 && e.replaces == nil && e.length == defaultLength(e.AllDay)
	return nil
}

func defaultLength(allDay bool) time.Duration {
	if allDay {
		return oneDay
	}
	return 0
}

// exclude has the event not take place at m.
func (e *Event) exclude(m moment) {
	switch {
	case e.AllDay:
		m = m.day()
	case m.isDate:
		if e.days == nil {
			e.days = map[int64]bool{}
		}
		e.days[m.key()] = true
		return
	}
	if e.except == nil {
		e.except = map[int64]bool{}
	}
	e.except[m.key()] = true
}

// excludes reports whether the event does not take place at m, which is one of its moments.
func (e *Event) excludes(m moment) bool {
	return len(e.except) > 0 && e.except[m.key()] || len(e.days) > 0 && e.days[m.day().key()]
}

// applyReplacements has events not take place when others replace them.
func (f *File) applyReplacements() {
	var masters map[string]*Event
	for _, e := range f.events {
		if e.replaces == nil {
			continue
		}
		if masters == nil {
			masters = map[string]*Event{}
			for _, m := range f.events {
				if m.replaces == nil {
					masters[m.UID] = m
				}
			}
		}
		if m := masters[e.UID]; m != nil {
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

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
