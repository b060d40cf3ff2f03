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

// A rule says on which days, and at which times of them, an event repeats (RFC 5545, section
// 3.3.10). Its times are times of day where the event takes place, which have time.UTC here.
type rule struct {
	freq      frequency
	interval  int
	count     int       // zero: no limit
	until     time.Time // zero: for ever
	untilUTC  bool      // until is a moment, and not a time of day where the event takes place
	months    []int
	weeks     []int // of the year, from 1, or from -1 for the last
	yearDays  []int // in the same way
	monthDays []int // in the same way
	weekdays  []weekday
	hours     []int
	minutes   []int
	positions []int // in the times of a period, in the same way
	weekStart time.Weekday
}

// A weekday of a rule is each one if n is zero, or the nth of the month or year, from -1 for
// the last.
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
	maxTimes    = 48 // of a day
)

var errOften = errors.New("it repeats too often: more than 48 times a day")

// parseRule reads the rule of an event that begins at start.
func parseRule(text string, start time.Time) (*rule, error) {
	if len(text) > maxRule {
		return nil, errors.New("the rule that it repeats by is too long")
	}
	r := &rule{freq: -1, interval: 1, weekStart: time.Monday}
	for part := range strings.SplitSeq(strings.ToUpper(strings.Trim(text, "; ")), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := r.set(name, value); err == errOften {
			return nil, err
		} else if err != nil {
			return nil, fmt.Errorf("the rule that it repeats by, %.80q: %w", text, err)
		}
	}
	switch {
	case r.freq < 0:
		return nil, fmt.Errorf("the rule that it repeats by, %.80q, has no FREQ", text)
	case max(len(r.hours), 1)*max(len(r.minutes), 1) > maxTimes:
		return nil, errOften
	}
	r.setDefaults(start)
	return r, nil
}

// set sets a part of the rule.
func (r *rule) set(name, value string) (err error) {
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
	case "BYYEARDAY":
		r.yearDays, err = numbers(value, -366, 366)
	case "BYWEEKNO":
		r.weeks, err = numbers(value, -53, 53)
	case "BYSETPOS":
		r.positions, err = numbers(value, -366, 366)
	case "BYHOUR":
		r.hours, err = numbers(value, 0, 23)
	case "BYMINUTE":
		r.minutes, err = numbers(value, 0, 59)
	case "BYSECOND":
		_, err = numbers(value, 0, 60) // no program shows it
	default:
		if !strings.HasPrefix(name, "X-") && name != "" {
			return fmt.Errorf("%.20s is unknown", name)
		}
	}
	return err
}

// setDefaults sets what the rule takes from the start of the event.
func (r *rule) setDefaults(start time.Time) {
	if len(r.hours) == 0 {
		r.hours = []int{start.Hour()}
	}
	if len(r.minutes) == 0 {
		r.minutes = []int{start.Minute()}
	}
	if len(r.yearDays)+len(r.monthDays)+len(r.weekdays) > 0 {
		return
	}
	switch {
	case r.freq == weekly || r.freq == yearly && len(r.weeks) > 0:
		r.weekdays = []weekday{{day: start.Weekday()}}
	case r.freq == monthly:
		r.monthDays = []int{start.Day()}
	case r.freq == yearly:
		r.monthDays = []int{start.Day()}
		if len(r.months) == 0 {
			r.months = []int{int(start.Month())}
		}
	}
}

func number(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%.20q is no number from %d to %d", text, least, most)
	}
	return n, nil
}

func numbers(text string, least, most int) ([]int, error) {
	var all []int
	for s := range strings.SplitSeq(text, ",") {
		n, err := number(s, least, most)
		if err == nil && n == 0 && least != 0 {
			err = errors.New("0 is no number of a day, week or month")
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
			return nil, fmt.Errorf("%.20q is no day of the week", s)
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

// isOver reports whether the rule has ended at a time, which is the moment utc.
func (r *rule) isOver(wall, utc time.Time) bool {
	switch {
	case r.until.IsZero():
		return false
	case r.untilUTC:
		return utc.After(r.until)
	}
	return wall.After(r.until)
}
