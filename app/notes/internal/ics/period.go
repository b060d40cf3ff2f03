package ics

import (
	"slices"
	"time"
)

const oneDay = 24 * time.Hour

// each yields the times of the rule after start in order, from the period of from on, to that
// of to. steps is reduced by the number of days that are looked at, and more for each time;
// when it is used up, there are no more.
func (r *rule) each(start, from, to time.Time, steps *int, yield func(time.Time) bool) {
	for begin := r.firstPeriod(start, from); *steps > 0 && begin.Before(to); begin = r.nextPeriod(begin, r.interval) {
		*steps--
		for _, t := range r.times(begin, start.Second(), steps) {
			if t.After(start) && !yield(t) {
				return
			}
		}
	}
}

// times returns the times of the rule in the period that begins at begin.
func (r *rule) times(begin time.Time, second int, steps *int) (times []time.Time) {
	const perTime = 4 // steps: a time takes longer than a day
	for _, day := range r.days(begin, r.nextPeriod(begin, 1), steps) {
		if *steps -= perTime * len(r.hours) * len(r.minutes); *steps <= 0 {
			return nil
		}
		for _, hour := range r.hours {
			for _, minute := range r.minutes {
				times = append(times, time.Date(day.Year(), day.Month(), day.Day(), hour, minute, second, 0, time.UTC))
			}
		}
	}
	if len(r.positions) > 0 {
		return r.choose(times)
	}
	return times
}

// choose returns the times at the rule's positions.
func (r *rule) choose(times []time.Time) (chosen []time.Time) {
	for i := range times {
		if counted(r.positions, i+1, len(times)) {
			chosen = append(chosen, times[i])
		}
	}
	return chosen
}

// firstPeriod returns the first day of the last period of the rule that begins at from or
// before, or of the first period of all.
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

// nextPeriod returns the first day of the nth period after that of begin.
func (r *rule) nextPeriod(begin time.Time, n int) time.Time {
	switch r.freq {
	case daily:
		return begin.AddDate(0, 0, n)
	case weekly:
		return begin.AddDate(0, 0, 7*n)
	case monthly:
		return begin.AddDate(0, n, 0)
	}
	return begin.AddDate(n, 0, 0)
}

// days returns the days of a period that the rule names, if its positions are left out.
func (r *rule) days(begin, end time.Time, steps *int) (days []time.Time) {
	someMonths := r.freq == yearly && len(r.months) > 0
	for day := begin; day.Before(end) && *steps > 0; day = day.Add(oneDay) {
		*steps -= 1 + len(r.weekdays)/7
		if someMonths && day.Day() == 1 && !slices.Contains(r.months, int(day.Month())) {
			day = day.AddDate(0, 1, -1) // the last of the month, after which the next one begins
			continue
		}
		if r.names(day) {
			days = append(days, day)
		}
	}
	return days
}

// names reports whether the rule names a day.
func (r *rule) names(day time.Time) bool {
	if len(r.months) > 0 && !slices.Contains(r.months, int(day.Month())) {
		return false
	}
	if len(r.monthDays) > 0 && !counted(r.monthDays, day.Day(), daysIn(day.Year(), day.Month())) {
		return false
	}
	if len(r.yearDays) > 0 && !counted(r.yearDays, day.YearDay(), daysIn(day.Year(), 0)) {
		return false
	}
	if len(r.weeks) > 0 && r.freq == yearly {
		if n, of := r.week(day); !counted(r.weeks, n, of) {
			return false
		}
	}
	return len(r.weekdays) == 0 || slices.ContainsFunc(r.weekdays, func(w weekday) bool { return r.isWeekday(day, w) })
}

// counted reports whether list, which is sorted, has the nth of all, counted from the first or
// the last.
func counted(list []int, n, all int) bool {
	_, first := slices.BinarySearch(list, n)
	_, last := slices.BinarySearch(list, n-all-1)
	return first || last
}

func (r *rule) isWeekday(day time.Time, w weekday) bool {
	if day.Weekday() != w.day {
		return false
	}
	n, all := day.Day(), daysIn(day.Year(), day.Month())
	switch {
	case w.n == 0 || r.freq < monthly:
		return true
	case r.freq == yearly && len(r.months) == 0:
		n, all = day.YearDay(), daysIn(day.Year(), 0)
	}
	if w.n > 0 {
		return (n-1)/7+1 == w.n
	}
	return (all-n)/7+1 == -w.n
}

// week returns the week of a day in the year that the week belongs to, and how many that
// year has. The first week of a year has at least four days in it.
func (r *rule) week(day time.Time) (n, of int) {
	begin := day.AddDate(0, 0, -(int(day.Weekday()-r.weekStart+7) % 7))
	year := begin.AddDate(0, 0, 3).Year()
	first, next := r.firstWeek(year), r.firstWeek(year+1)
	return daysBetween(first, begin)/7 + 1, daysBetween(first, next) / 7
}

// firstWeek returns the first day of the first week of a year.
func (r *rule) firstWeek(year int) time.Time {
	fourth := date(year, time.January, 4)
	return fourth.AddDate(0, 0, -(int(fourth.Weekday()-r.weekStart+7) % 7))
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func daysBetween(a, b time.Time) int { return int((b.Unix() - a.Unix()) / int64(oneDay/time.Second)) }

// daysIn returns the number of days of a month, or of a year if month is zero.
func daysIn(year int, month time.Month) int {
	if month == 0 {
		return daysBetween(date(year, 1, 1), date(year+1, 1, 1))
	}
	return date(year, month+1, 0).Day()
}
