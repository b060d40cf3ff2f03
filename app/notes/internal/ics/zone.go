package ics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A zone returns the moment at which the clocks of a time zone show wall, which is written
// as if it were UTC.
type zone func(wall time.Time) time.Time

// zone returns the time zone that a file calls tzid, or nil if it is empty or unknown. A
// name of the system's time zone database counts more than the file's own rules, which are
// often those of the present only. Not every system has that database.
func (f *File) zone(tzid string) zone {
	if tzid == "" {
		return nil
	}
	z, ok := f.known[tzid]
	if !ok {
		if loc := location(tzid); loc != nil {
			z = func(wall time.Time) time.Time { return at(wall, loc) }
		} else {
			z = parseZone(f.zones[tzid], &f.steps)
		}
		f.known[tzid] = z
	}
	return z
}

// at returns the moment at which the clocks of a location show wall, the first if they do so
// twice. If they skip it, it is counted by the clock of before (RFC 5545, section 3.3.5).
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

// location returns the location with a name such as Europe/Berlin. Some programs put a
// prefix before it: /mozilla.org/20050126_1/Europe/Berlin.
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

// An observance is standard time or daylight saving time.
type observance struct {
	start    moment
	started  bool // start is set
	rule     string
	also     []moment // it begins, too
	from, to time.Duration
}

// An onset is when an observance begins.
type onset struct {
	wall     time.Time // the first time that the clocks show after it
	from, to time.Duration
}

// tzid returns the name of the time zone that a VTIMEZONE describes.
func tzid(text string) string {
	for line := range lines(text) {
		if p, err := parseProperty(line.text); err == nil && p.name == "TZID" {
			return p.value
		}
	}
	return ""
}

// parseZone returns the time zone that a VTIMEZONE describes. One that cannot be read, or
// takes more steps than are left, is nil, as an unknown one.
func parseZone(text string, steps *int) zone {
	var onsets []onset
	var o observance
	for line := range lines(text) {
		if name, isBegin, ok := border(line.text); ok {
			switch {
			case isBegin:
				o = observance{}
			case name == "STANDARD" || name == "DAYLIGHT":
				onsets = append(onsets, o.onsets(steps)...)
			}
		} else if p, err := parseProperty(line.text); err == nil {
			o.set(p)
		}
	}
	if len(onsets) == 0 || *steps <= 0 {
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

// set sets a property of the observance. What it cannot read is missing.
func (o *observance) set(p property) {
	switch p.name {
	case "DTSTART":
		var err error
		o.start, err = parseMoment(p.value)
		o.started = err == nil
	case "RRULE":
		o.rule = p.value
	case "TZOFFSETFROM":
		o.from, _ = parseOffset(p.value)
	case "TZOFFSETTO":
		o.to, _ = parseOffset(p.value)
	case "RDATE":
		for value := range strings.SplitSeq(p.value, ",") {
			if m, err := parseMoment(value); err == nil {
				o.also = append(o.also, m)
			}
		}
	}
}

// parseOffset reads an offset such as +0100 or -023000.
func parseOffset(value string) (time.Duration, error) {
	digits := strings.TrimLeft(value, "+-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || len(digits) != 4 && len(digits) != 6 {
		return 0, fmt.Errorf("%.20q is no offset from UTC", value)
	}
	if len(digits) == 4 {
		n *= 100
	}
	d := time.Duration(n/10000)*time.Hour + time.Duration(n/100%100)*time.Minute + time.Duration(n%100)*time.Second
	if value[0] == '-' {
		d = -d
	}
	return d, nil
}

// onsets returns when the observance begins, from 1970 to 2100 if it repeats.
func (o *observance) onsets(steps *int) (all []onset) {
	if *steps -= 1 + len(o.also); !o.started || *steps < 0 {
		return nil
	}
	forward := max(0, o.to-o.from) // the clocks do not show these times
	add := func(t time.Time) bool {
		all = append(all, onset{t.Add(forward), o.from, o.to})
		return true
	}
	add(o.start.wall)
	for _, m := range o.also {
		add(m.wall)
	}
	if o.rule == "" {
		return all
	}
	r, err := parseRule(o.rule, o.start.wall)
	if err != nil {
		return nil
	}
	r.each(o.start.wall, date(1970, 1, 1), date(2100, 1, 1), steps, func(t time.Time) bool {
		return !r.isOver(t, t.Add(-o.from)) && add(t)
	})
	return all
}
