package ics

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type frequency int

const (
	daily frequency = iota
	weekly
	monthly
	yearly
)

// A rule says on which days an event repeats (RFC 5545, section 3.3.10). Its times are
// local times of the event, written as if they were UTC.
type rule struct {
	freq      frequency
	interval  int
	count     int       // 0 means no limit
	until     time.Time // zero means forever
	untilUTC  bool      // whether until is in UTC, not in the event's local time
	months    []int
	monthDays []int // from 1, or from -1 for the last
	weekdays  []weekday
	positions []int // in the days of a period, counted like monthDays
	weekStart time.Weekday
}

// A weekday of a rule means each such day if n is 0, or the nth of the month or year,
// counted from 1, or from -1 for the last.
type weekday struct {
	n   int
	day time.Weekday
}

var (
	frequencies = map[string]frequency{"DAILY": daily, "WEEKLY": weekly, "MONTHLY": monthly, "YEARLY": yearly}
	weekdays    = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
)

const (
	maxRule     = 1000 // bytes of a rule
	maxInterval = 1000
)

var errOften = errors.New("it repeats more than once a day")

// parseRule parses the rule of an event that begins at start.
func parseRule(text string, start time.Time) (*rule, error) {
	if len(text) > maxRule {
		return nil, errors.New("its repetition rule is too long")
	}
	r := &rule{freq: -1, interval: 1, weekStart: time.Monday}
	for part := range strings.SplitSeq(strings.ToUpper(strings.Trim(text, "; ")), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := r.set(name, value, start); err == errOften {
			return nil, err
		} else if err != nil {
			return nil, fmt.Errorf("its repetition rule %.80q: %w", text, err)
		}
	}
	if r.freq < 0 {
		return nil, fmt.Errorf("its repetition rule %.80q has no FREQ", text)
	}
	r.setDefaults(start)
	return r, nil
}

// set sets a part of the rule of an event that begins at start.
func (r *rule) set(name, value string, start time.Time) (err error) {
	switch name {
	case "FREQ":
		f, ok := frequencies[value]
		switch {
		case ok:
			r.freq = f
		case value == "HOURLY" || value == "MINUTELY" || value == "SECONDLY":
			return errOften
		default:
			return fmt.Errorf("FREQ=%.20s is unknown", value)
		}
	case "INTERVAL":
		r.interval, err = number(value, 1, maxInterval)
	case "COUNT":
		r.count, err = number(value, 1, 1e6)
	case "UNTIL":
		var m moment
		m, err = parseMoment(value)
		if r.until, r.untilUTC = m.wall, m.utc; m.isDate {
			r.until = m.wall.Add(oneDay - time.Second)
		}
	case "WKST":
		day, ok := weekdays[value]
		if !ok {
			return fmt.Errorf("WKST=%.20s is unknown", value)
		}
		r.weekStart = day
	case "BYDAY":
		r.weekdays, err = parseWeekdays(value)
	case "BYMONTH":
		r.months, err = numbers(value, 1, 12)
	case "BYMONTHDAY":
		r.monthDays, err = numbers(value, -31, 31)
	case "BYSETPOS":
		r.positions, err = numbers(value, -366, 366)
	case "BYHOUR":
		err = checkTime(value, start.Hour())
	case "BYMINUTE":
		err = checkTime(value, start.Minute())
	default:
		if !strings.HasPrefix(name, "X-") && name != "BYSECOND" && name != "" { // no page shows seconds
			return fmt.Errorf("%.20s is unknown", name)
		}
	}
	return err
}

// checkTime returns an error unless a rule repeats the time of the start, as some programs
// write it.
func checkTime(value string, start int) error {
	if n, err := strconv.Atoi(value); err != nil || n != start {
		return errOften
	}
	return nil
}

// setDefaults sets the days that follow from the start of the event.
func (r *rule) setDefaults(start time.Time) {
	if len(r.monthDays)+len(r.weekdays) > 0 {
		return
	}
	switch r.freq {
	case weekly:
		r.weekdays = []weekday{{day: start.Weekday()}}
	case monthly, yearly:
		r.monthDays = []int{start.Day()}
		if r.freq == yearly && len(r.months) == 0 {
			r.months = []int{int(start.Month())}
		}
	}
}

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%.20q is not a number from %d to %d", text, least, most)
	}
	return n, nil
}

func numbers(text string, least, most int) ([]int, error) {
	var all []int
	for s := range strings.SplitSeq(text, ",") {
		n, err := number(s, least, most)
		if err == nil && n == 0 {
			err = errors.New("there is no day or month 0")
		}
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func parseWeekdays(text string) (all []weekday, err error) {
	for s := range strings.SplitSeq(text, ",") {
		at := max(0, len(s)-2)
		d := weekday{}
		var ok bool
		if d.day, ok = weekdays[s[at:]]; !ok {
			return nil, fmt.Errorf("%.20q is not a day of the week", s)
		}
		if at > 0 {
			if d.n, err = number(s[:at], -53, 53); err != nil {
				return nil, err
			}
		}
		all = append(all, d)
	}
	return all, nil
}

// isOver reports whether the rule has ended at a local time, which is utc in UTC.
func (r *rule) isOver(wall, utc time.Time) bool {
	switch {
	case r.until.IsZero():
		return false
	case r.untilUTC:
		return utc.After(r.until)
	}
	return wall.After(r.until)
}
