package ics

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A moment is a date, or a date and a time of day somewhere.
type moment struct {
	wall   time.Time // what the calendar and the clock there show, as if it were UTC
	isDate bool      // there is no time of day
	utc    bool      // it is UTC
	zone   zone      // nil: UTC, or wherever the owner is
}

// parseMoment reads a value such as 20260703, 20260703T140000 or 20260703T140000Z.
func parseMoment(value string) (m moment, err error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	for _, kind := range []struct {
		layout string
		moment moment
	}{
		{"20060102", moment{isDate: true}},
		{"20060102T150405", moment{}},
		{"20060102T150405Z", moment{utc: true}},
	} {
		if len(value) != len(kind.layout) {
			continue
		}
		m = kind.moment
		if m.wall, err = time.Parse(kind.layout, value); err == nil && m.wall.Year() > 0 {
			return m, nil
		}
	}
	return moment{}, fmt.Errorf("%.40q is no date and time", value)
}

// parseMoments reads the moments of a property, which can have several with commas between
// them.
func (f *File) parseMoments(p property) (all []moment, err error) {
	for value := range strings.SplitSeq(p.value, ",") {
		value, _, _ = strings.Cut(value, "/") // of a period, only when it begins
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

// parseMoment reads the moment of a property.
func (f *File) parseMoment(p property) (moment, error) {
	all, err := f.parseMoments(p)
	if err == nil && len(all) > 1 {
		err = fmt.Errorf("%s: it has several values", p.name)
	}
	if err != nil {
		return moment{}, err
	}
	return all[0], nil
}

// isFloating reports whether the moment is a time of day wherever the owner is.
func (m moment) isFloating() bool { return !m.isDate && !m.utc && m.zone == nil }

// in returns the time of the moment for somebody in a location.
func (m moment) in(loc *time.Location) time.Time {
	switch {
	case m.utc:
		return m.wall.In(loc)
	case m.zone != nil:
		return m.zone(m.wall).In(loc)
	}
	return at(m.wall, loc)
}

// date returns the date of the moment for somebody in a location, as if it were UTC.
func (m moment) date(loc *time.Location) time.Time {
	if m.isDate {
		return m.wall // in some places, some days have no midnight
	}
	return date(m.in(loc).Date())
}

// key returns the same number for moments that are the same, in whatever time zone they are
// written.
func (m moment) key() int64 {
	if m.zone != nil {
		return m.zone(m.wall).Unix()
	}
	return m.wall.Unix()
}

// day returns the date of the moment.
func (m moment) day() moment {
	return moment{wall: date(m.wall.Date()), isDate: true}
}

// durations has a group for each unit. It is compiled when it is first needed.
var durations = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[+-]?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)
})

// parseDuration reads a value such as P1D or PT1H30M. A negative one is zero.
func parseDuration(value string) (d time.Duration, err error) {
	parts := durations().FindStringSubmatch(strings.ToUpper(value))
	if parts == nil {
		return 0, fmt.Errorf("DURATION: %.40q is no duration", value)
	}
	for i, unit := range []time.Duration{7 * oneDay, oneDay, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(parts[i+1]) // digits, or nothing
		d += time.Duration(n) * unit
	}
	if value[0] == '-' {
		return 0, nil
	}
	return d, nil
}
