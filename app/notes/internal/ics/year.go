package ics

import (
	"cmp"
	"slices"
	"time"
)

const (
	maxSteps = 5_000_000 // days to examine to find the events of a year
	perEntry = 20        // steps that an entry counts for, to limit the memory
)

// A Year has the events of each day of a year. It must not be changed.
type Year struct {
	// Incomplete is set if entries are missing, because too many events repeat too often.
	Incomplete bool

	days  [367][]Entry
	begin time.Time // as if it were UTC
	end   time.Time
	loc   *time.Location
	steps int // left
}

// An Entry is an event on one of its days.
type Entry struct {
	*Event
	Start     time.Time // zero if the event takes all day, or began on an earlier day
	Continues bool      // whether the event began on an earlier day
	Last      time.Time // the date of the last day; zero if there is only one day
}

// Year returns the events of a year in a location.
func (f *File) Year(year int, loc *time.Location) *Year {
	y := &Year{begin: date(year, 1, 1), end: date(year+1, 1, 1), loc: loc, steps: maxSteps}
	y.fill(f.events)
	return y
}

// fill adds the entries of the events.
func (y *Year) fill(events []*Event) {
	const zones = 2 * oneDay // more than the difference between any two time zones
	for _, e := range events {
		if e.Canceled || y.steps <= 0 {
			continue
		}
		e.each(y.begin.Add(-min(e.length, 366*oneDay)-zones), y.end.Add(zones), &y.steps, func(m moment) bool {
			y.enter(e, m)
			return y.steps > 0
		})
	}
	y.Incomplete = y.steps <= 0
	for _, day := range y.days {
		slices.SortStableFunc(day, func(a, b Entry) int {
			return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Text, b.Text))
		})
	}
}

// Day returns the events of a day of the year, counted from 1, in the order of their times.
func (y *Year) Day(day int) []Entry { return y.days[day] }

// each yields all moments of the event between two dates, and some before and after them.
func (e *Event) each(from, to time.Time, steps *int, yield func(moment) bool) {
	*steps--
	if !e.excludes(e.start) && !yield(e.start) {
		return
	}
	for _, m := range e.also {
		if *steps--; !e.excludes(m) && !yield(m) {
			return
		}
	}
	if e.rule == nil {
		return
	}
	left := e.rule.count - 1 // after the first
	if e.rule.count > 0 {
		from = e.start.wall
	}
	e.rule.each(e.start.wall, from, to, steps, func(wall time.Time) bool {
		m := e.start
		m.wall = wall
		if left == 0 || e.rule.isOver(wall, m.in(time.UTC)) {
			return false
		}
		left--
		return e.excludes(m) || len(e.listed) > 0 && e.listed[m.key()] || yield(m)
	})
}

// enter adds an entry for each day in the year of the event that begins at m.
func (y *Year) enter(e *Event, m moment) {
	start := m.in(y.loc)
	first := m.date(y.loc)
	last := first.Add(e.length - oneDay)
	if !e.start.isDate {
		last = date(e.lastSecond(m, y.loc).Date())
	}
	begin := first
	if begin.Before(y.begin) {
		begin = y.begin
	}
	for day := begin; !day.After(last) && day.Before(y.end); day = day.Add(oneDay) {
		entry := Entry{Event: e, Continues: day.After(first)}
		if last.After(first) {
			entry.Last = last
		}
		if !e.start.isDate && !entry.Continues {
			entry.Start = start
		}
		y.days[day.YearDay()] = append(y.days[day.YearDay()], entry)
		y.steps -= perEntry
	}
}

// lastSecond returns the time of the last second of the event that begins at m, in a location.
func (e *Event) lastSecond(m moment, loc *time.Location) time.Time {
	start := m.in(loc)
	m.wall = m.wall.Add(e.nominal)
	last := m.in(loc).Add(e.length - e.nominal - time.Second)
	if last.Before(start) {
		return start
	}
	return last
}
