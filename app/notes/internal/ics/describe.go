package ics

import (
	"fmt"
	"time"
)

// FirstDay returns the date on which the event begins for the first time, for somebody in a
// location, as if it were UTC.
func (e *Event) FirstDay(loc *time.Location) time.Time { return e.start.date(loc) }

// Repetition says how often the event takes place, such as "every 2 weeks". It is empty if
// it does so once.
func (e *Event) Repetition() string {
	if e.rule == nil {
		if len(e.also) > 0 {
			return fmt.Sprintf("on %d days", len(e.also)+1)
		}
		return ""
	}
	unit := [...]string{daily: "day", weekly: "week", monthly: "month", yearly: "year"}[e.rule.freq]
	if e.rule.interval == 1 {
		return "every " + unit
	}
	return fmt.Sprintf("every %d %ss", e.rule.interval, unit)
}

// Source returns the text of the event in the file.
func (e *Event) Source() string { return e.text }
