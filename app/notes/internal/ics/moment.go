package ics

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A moment is a date, or a date and time in some time zone.
type moment struct {
	wall   time.Time // the local date and time, as if it were UTC
	isDate bool      // whether there is no time
	utc    bool      // whether it is in UTC
	zone   zone      // nil means UTC, or the time zone of whoever reads it
}

// layouts are the layouts of moments by their lengths.
var layouts = map[int]string{8: "20060102", 15: "20060102T150405", 16: "20060102T150405Z"}

// parseMoment parses a value such as 20260703, 20260703T140000 or 20260703T140000Z.
func parseMoment(value string) (m moment, err error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	m.isDate, m.utc = len(value) == 8, len(value) == 16
	if m.wall, err = time.Parse(layouts[len(value)], value); err != nil || m.wall.Year() == 0 {
		return moment{}, fmt.Errorf("%.40q is not a date or time", value)
	}
	return m, nil
}

// parseMoments parses the moments of a property, which are separated by commas.
func (f *File) parseMoments(p property) (all []moment, err error) {
	for value := range strings.SplitSeq(p.value, ",") {
		value, _, _ = strings.Cut(value, "/") // use only the beginning of a period
		m, err := parseMoment(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		if !m.isDate && !m.utc {
			m.zone = f.zone(p.params["TZID"])
		}
		all = append(all, m)
	}
	return all, nil
}

// parseMoment parses the moment of a property.
func (f *File) parseMoment(p property) (moment, error) {
	all, err := f.parseMoments(p)
	if err == nil && len(all) > 1 {
		err = fmt.Errorf("%s has several values", p.name)
	}
	if err != nil {
		return moment{}, err
	}
	return all[0], nil
}

// isFloating reports whether the moment is in the time zone of whoever reads it.
func (m moment) isFloating() bool { return !m.isDate && !m.utc && m.zone == nil }

// in returns the time of the moment in a location.
func (m moment) in(loc *time.Location) time.Time {
	switch {
	case m.utc:
		return m.wall.In(loc)
	case m.zone != nil:
		return m.zone(m.wall).In(loc)
	}
	return at(m.wall, loc)
}

// date returns the date of the moment in a location, as if it were UTC.
func (m moment) date(loc *time.Location) time.Time {
	if m.isDate {
		return m.wall // in some locations, some days have no midnight
	}
	return date(m.in(loc).Date())
}

// key returns a text that is the same for equal moments in different time zones, and differs
// between a day and its midnight.
func (m moment) key() string {
	switch {
	case m.isDate:
		return m.wall.Format(time.DateOnly)
	case m.zone != nil:
		return m.zone(m.wall).UTC().Format(time.DateTime)
	}
	return m.wall.Format(time.DateTime)
}

// day returns the date of the moment.
func (m moment) day() moment {
	return moment{wall: date(m.wall.Date()), isDate: true}
}

// durations has a group for each unit.
var durations = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[+-]?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)
})

// parseDuration parses a value such as P1D or PT1H30M. nominal is the part of the length in
// weeks and days, which have 23 or 25 hours when clocks change (RFC 5545, section 3.3.6).
// Negative durations become zero.
func parseDuration(value string) (nominal, length time.Duration, err error) {
	parts := durations().FindStringSubmatch(strings.ToUpper(value))
	if parts == nil {
		return 0, 0, fmt.Errorf("DURATION: %.40q is not a duration", value)
	}
	if value[0] == '-' {
		return 0, 0, nil
	}
	for i, unit := range []time.Duration{7 * oneDay, oneDay, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(parts[i+1]) // digits, or nothing
		length += time.Duration(n) * unit
		if unit == oneDay {
			nominal = length
		}
	}
	return nominal, length, nil
}
