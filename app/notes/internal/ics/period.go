package ics

import (
	"slices"
	"time"
)

const oneDay = 24 * time.Hour

// each yields the times of the rule after start, in order, from the period of from to that
// of to. It reduces steps by the number of days that it examines, and by more for each day
// that it finds. When no steps are left, it stops.
func (r *rule) each(start, from, to time.Time, steps *int, yield func(time.Time) bool) {
	clock := start.Sub(date(start.Date()))
	for begin := r.firstPeriod(start, from); *steps > 0 && begin.Before(to); begin = r.nextPeriod(begin, r.interval) {
		*steps--
		for _, day := range r.days(begin, r.nextPeriod(begin, 1), steps) {
			if t := day.Add(clock); t.After(start) && !yield(t) {
				return
			}
		}
	}
}

// days returns the days of the rule in a period.
func (r *rule) days(begin, end time.Time, steps *int) (days []time.Time) {
	const perFound = 4 // a day that is found takes longer
	for day := begin; day.Before(end) && *steps > 0; day = day.Add(oneDay) {
		*steps -= 1 + len(r.weekdays)/7
		if len(r.months) > 0 && !slices.Contains(r.months, int(day.Month())) {
			day = date(day.Year(), day.Month()+1, 0) // the last day of the month
		} else if r.includes(day) {
			*steps -= perFound
			days = append(days, day)
		}
	}
	switch {
	case *steps <= 0:
		return nil // the positions of an incomplete list would be wrong
	case len(r.positions) == 0:
		return days
	}
	var chosen []time.Time
	for i, day := range days {
		if counted(r.positions, i+1, len(days)) {
			chosen = append(chosen, day)
		}
	}
	return chosen
}

// firstPeriod returns the first day of the rule's last period that begins at or before
// from, or of its first period.
func (r *rule) firstPeriod(start, from time.Time) time.Time {
	first := r.periodOf(start)
	if !from.After(first) {
		return first
	}
	target := r.periodOf(from)
	var periods int
	switch r.freq {
	case daily:
		periods = daysBetween(first, target)
	case weekly:
		periods = daysBetween(first, target) / 7
	case monthly:
		periods = 12*(target.Year()-first.Year()) + int(target.Month()-first.Month())
	case yearly:
		periods = target.Year() - first.Year()
	}
	return r.nextPeriod(first, periods-periods%r.interval)
}

// periodOf returns the first day of the day, week, month or year of t.
func (r *rule) periodOf(t time.Time) time.Time {
	y, m, d := t.Date()
	switch r.freq {
	case weekly:
		d -= int(t.Weekday()-r.weekStart+7) % 7
	case monthly:
		d = 1
	case yearly:
		m, d = time.January, 1
	}
	return date(y, m, d)
}

// nextPeriod returns the first day of the nth period after the one that begins at begin.
func (r *rule) nextPeriod(begin time.Time, n int) time.Time {
	switch r.freq {
	case yearly:
		return begin.AddDate(n, 0, 0)
	case monthly:
		return begin.AddDate(0, n, 0)
	case weekly:
		n *= 7
	}
	return begin.AddDate(0, 0, n)
}

// includes reports whether the rule includes a day of one of its months.
func (r *rule) includes(day time.Time) bool {
	if len(r.monthDays) > 0 && !counted(r.monthDays, day.Day(), daysInMonth(day)) {
		return false
	}
	return len(r.weekdays) == 0 || slices.ContainsFunc(r.weekdays, func(w weekday) bool { return r.isWeekday(day, w) })
}

// counted reports whether list has the nth of a total, counted from the first or, if
// negative, from the last.
func counted(list []int, n, of int) bool {
	return slices.Contains(list, n) || slices.Contains(list, n-of-1)
}

func (r *rule) isWeekday(day time.Time, w weekday) bool {
	if day.Weekday() != w.day {
		return false
	}
	n, of := day.Day(), daysInMonth(day)
	switch {
	case w.n == 0 || r.freq < monthly:
		return true
	case r.freq == yearly && len(r.months) == 0:
		n, of = day.YearDay(), date(day.Year(), 12, 31).YearDay()
	}
	if w.n > 0 {
		return (n-1)/7+1 == w.n
	}
	return (of-n)/7+1 == -w.n
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func daysBetween(a, b time.Time) int { return int((b.Unix() - a.Unix()) / int64(oneDay/time.Second)) }

func daysInMonth(day time.Time) int { return date(day.Year(), day.Month()+1, 0).Day() }
