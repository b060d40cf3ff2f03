package ics

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// A zone returns the time at which the clocks of a time zone show wall, which is written as
// if it were UTC.
type zone func(wall time.Time) time.Time

// zone returns the time zone with a TZID, or nil if the TZID is empty or unknown. It prefers
// the system's time zone database, because the rules in files often describe only the
// present. Not every system has that database.
func (f *File) zone(tzid string) zone {
	if tzid == "" {
		return nil
	}
	z, ok := f.known[tzid]
	if !ok {
		f.known[tzid] = nil // in case the time zone refers to itself
		if loc := location(tzid); loc != nil {
			z = func(wall time.Time) time.Time { return at(wall, loc) }
		} else {
			z = f.parseZone(f.zones[unescapes.Replace(tzid)])
		}
		f.known[tzid] = z
	}
	return z
}

// at returns the time at which the clocks of a location show wall. If they show it twice, at
// returns the first time. If they skip it, the offset before the change counts (RFC 5545,
// section 3.3.5).
func at(wall time.Time, loc *time.Location) time.Time {
	w := wall
	t := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, loc)
	_, before := t.AddDate(0, 0, -1).Zone()
	first := wall.Add(-time.Duration(before) * time.Second).In(loc)
	if shows(first, wall) || !shows(t, wall) {
		return first
	}
	return t
}

// shows reports whether the clocks of t's location show wall at t.
func shows(t, wall time.Time) bool {
	_, offset := t.Zone()
	return t.Unix()+int64(offset) == wall.Unix()
}

// location returns the location with a name such as Europe/Berlin, or nil. Some programs put
// a prefix before the name, as in /mozilla.org/20050126_1/Europe/Berlin.
func location(name string) *time.Location {
	if strings.HasPrefix(name, "/") {
		parts := strings.Split(name, "/")
		name = strings.Join(parts[max(0, len(parts)-2):], "/")
	}
	if loc, err := time.LoadLocation(name); err == nil && name != "Local" && name != "" {
		return loc
	}
	return nil
}

// An onset is the beginning of standard time or daylight saving time.
type onset struct {
	wall     time.Time // the first time that the clocks show after the change
	from, to time.Duration
}

// parseZone returns the time zone that a VTIMEZONE describes, or nil if that has errors or
// takes more steps than are left.
func (f *File) parseZone(text string) zone {
	var onsets []onset
	begin := 0
	for line := range lines(text) {
		name, isBegin, ok := border(line.text)
		switch {
		case ok && isBegin:
			begin = line.begin
		case ok && (name == "STANDARD" || name == "DAYLIGHT"):
			more := f.onsets(text[begin:line.end])
			if more == nil {
				return nil
			}
			onsets = append(onsets, more...)
		}
	}
	if len(onsets) == 0 || f.steps <= 0 {
		return nil
	}
	slices.SortFunc(onsets, func(a, b onset) int { return a.wall.Compare(b.wall) })
	return func(wall time.Time) time.Time {
		n, found := slices.BinarySearchFunc(onsets, wall, func(o onset, t time.Time) int { return o.wall.Compare(t) })
		switch {
		case found:
			return wall.Add(-onsets[n].to)
		case n > 0:
			return wall.Add(-onsets[n-1].to)
		}
		return wall.Add(-onsets[0].from)
	}
}

// onsets returns the onsets that a STANDARD or DAYLIGHT component describes, until 2100, or
// nil if it has errors. These components have properties like those of events.
func (f *File) onsets(text string) (all []onset) {
	if f.steps <= 0 {
		return nil
	}
	e, err := f.parseEvent(text)
	from, ok1 := parseOffset(value(text, "TZOFFSETFROM"))
	to, ok2 := parseOffset(value(text, "TZOFFSETTO"))
	if err != nil || !ok1 || !ok2 {
		return nil
	}
	e.start.zone = func(wall time.Time) time.Time { return wall.Add(-from) }
	forward := max(0, to-from) // the clocks skip this time
	e.each(date(1970, 1, 1), date(2100, 1, 1), &f.steps, func(m moment) bool {
		all = append(all, onset{m.wall.Add(forward), from, to})
		return true
	})
	return all
}

// zoneName returns the TZID of a VTIMEZONE without its escapes. Parameters with the TZID have
// no escapes, except in the files of some programs.
func zoneName(text string) string { return unescapes.Replace(value(text, "TZID")) }

// value returns the value of the first property with this name in a component, or "".
func value(text, name string) string {
	for line := range lines(text) {
		if p, ok := parseProperty(line.text); ok && p.name == name {
			return p.value
		}
	}
	return ""
}

// parseOffset parses an offset from UTC such as +0100 or -023000.
func parseOffset(value string) (d time.Duration, ok bool) {
	digits := strings.TrimLeft(value, "+-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || len(digits) != 4 && len(digits) != 6 {
		return 0, false
	}
	if len(digits) == 4 {
		n *= 100
	}
	d = time.Duration(n/10000)*time.Hour + time.Duration(n/100%100)*time.Minute + time.Duration(n%100)*time.Second
	if value[0] == '-' {
		d = -d
	}
	return d, true
}
