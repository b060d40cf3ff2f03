package ics

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Zone returns the moment at which the clocks of a time zone show wall, which is written
// as if it were UTC.
type Zone func(wall time.Time) time.Time

// zone returns the time zone that a file calls tzid, or nil if it is empty or unknown. A
// name of the system's time zone database counts more than the file's own rules, which are
// often those of the present only. Not every system has that database.
func (f *File) zone(tzid string) Zone {
	if tzid == "" {
		return nil
	}
	z, ok := f.known[tzid]
	if !ok {
		if loc := location(tzid); loc != nil {
			z = func(w time.Time) time.Time {
				return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, loc)
			}
		} else {
			z = f.zones[tzid]
		}
		f.known[tzid] = z
	}
	return z
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

// rules are those of a VTIMEZONE.
type rules struct {
	observances []observance

	mu    sync.Mutex
	years map[int][]onset
}

// An observance is standard time or daylight saving time.
type observance struct {
	start    moment
	started  bool     // start is set
	repeat   *rule    // nil: it begins only once
	also     []moment // it begins, too
	from, to time.Duration
}

// An onset is when an observance begins.
type onset struct {
	wall     time.Time // by the clocks of before
	from, to time.Duration
}

// addZone adds the time zone of a VTIMEZONE. One that cannot be read is as good as none:
// the times of its events are taken for those of the owner's.
func (f *File) addZone(text string) {
	z := &rules{years: map[int][]onset{}}
	tzid, depth := "", 0
	var o observance
	var rule string
	for line := range lines(text) {
		if name, isBegin, ok := border(line.text); ok {
			isObservance := name == "STANDARD" || name == "DAYLIGHT"
			switch {
			case isBegin:
				depth++
				o, rule = observance{}, ""
			case isObservance && o.finish(rule):
				z.observances = append(z.observances, o)
			}
			if !isBegin {
				depth--
			}
			continue
		}
		p, err := parseProperty(line.text)
		switch {
		case err != nil:
		case depth == 1 && p.name == "TZID":
			tzid = p.value
		case depth == 2 && p.name == "RRULE":
			rule = p.value
		case depth == 2:
			o.set(p)
		}
	}
	if tzid != "" && len(z.observances) > 0 {
		f.zones[tzid] = z.at
	}
}

// set sets a property of the observance. What it cannot read is missing when it is finished.
func (o *observance) set(p property) {
	switch p.name {
	case "DTSTART":
		var err error
		o.start, err = parseMoment(p.value)
		o.started = err == nil
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

// finish reads the rule and reports whether the observance is complete.
func (o *observance) finish(text string) bool {
	if !o.started {
		return false
	}
	if text == "" {
		return true
	}
	var err error
	o.repeat, err = parseRule(text, o.start.wall)
	return err == nil
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

// at is the [Zone].
func (z *rules) at(wall time.Time) time.Time {
	onsets := z.onsets(wall.Year())
	n, found := slices.BinarySearchFunc(onsets, wall, func(o onset, t time.Time) int { return o.wall.Compare(t) })
	switch {
	case found:
		return wall.Add(-onsets[n].to)
	case n > 0:
		return wall.Add(-onsets[n-1].to)
	case len(onsets) > 0:
		return wall.Add(-onsets[0].from)
	}
	first := slices.MinFunc(z.observances, func(a, b observance) int { return a.start.wall.Compare(b.start.wall) })
	return wall.Add(-first.from)
}

// onsets returns the onsets that matter in a year, in order: those of the year, and the last
// one before it.
func (z *rules) onsets(year int) []onset {
	z.mu.Lock()
	defer z.mu.Unlock()
	if all, ok := z.years[year]; ok {
		return all
	}
	begin, end := date(year, 1, 1), date(year+1, 1, 1)
	var last onset
	var all []onset
	for _, o := range z.observances {
		for _, wall := range o.walls(begin.AddDate(-1, 0, 0), end) {
			switch x := (onset{wall, o.from, o.to}); {
			case !wall.Before(begin):
				all = append(all, x)
			case wall.After(last.wall):
				last = x
			}
		}
	}
	if !last.wall.IsZero() {
		all = append(all, last)
	}
	slices.SortFunc(all, func(a, b onset) int { return a.wall.Compare(b.wall) })
	if len(z.years) > 1000 {
		clear(z.years)
	}
	z.years[year] = all
	return all
}

// walls returns when the observance begins, from the last time before from on, to to.
func (o *observance) walls(from, to time.Time) (walls []time.Time) {
	add := func(t time.Time) bool {
		if t.Before(to) {
			walls = append(walls, t)
		}
		return t.Before(to)
	}
	add(o.start.wall)
	for _, m := range o.also {
		add(m.wall)
	}
	if o.repeat == nil {
		return walls
	}
	steps := 10_000
	o.repeat.each(o.start.wall, from, to, &steps, func(t time.Time) bool {
		return !o.repeat.isOver(t, t.Add(-o.from)) && add(t)
	})
	if over := o.repeat.until; !over.IsZero() && over.Before(from) { // its last time counts
		steps = 10_000
		o.repeat.each(o.start.wall, over.AddDate(-1, 0, 0), to, &steps, func(t time.Time) bool {
			return !o.repeat.isOver(t, t.Add(-o.from)) && add(t)
		})
	}
	return walls
}
