package ics

import (
	"fmt"
	"time"
)

// FirstDay returns the date of the first time of the event in a location, as if it were UTC.
func (e *Event) FirstDay(loc *time.Location) time.Time { return e.start.date(loc) }

// Repetition returns how the event repeats, such as "every 2 weeks", or "".
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
