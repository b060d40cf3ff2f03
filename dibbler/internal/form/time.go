package form

import (
	"fmt"
	"time"
)

// Browsers send dates, months, times, and dates with times, all without a zone. Programs
// send RFC 3339.
var (
	dayLayouts   = []string{"2006-01-02", "2006-01"}
	clockLayouts = []string{"15:04", "15:04:05"}
	localLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}
)

// parseTime parses s. A date means the first instant of that day in loc. A date with a time
// is in loc. A time without a date is in UTC, because other locations have offsets with odd
// seconds in the year 0.
func parseTime(s string, loc *time.Location) (time.Time, error) {
	if t, ok := parseAny(dayLayouts, s); ok {
		return startOfDay(t, loc)
	}
	if t, ok := parseAny(localLayouts, s); ok {
		return inLocation(t, loc), nil
	}
	if t, ok := parseAny(clockLayouts, s); ok {
		return t, nil
	}
	return time.ParseInLocation(time.RFC3339, s, loc)
}

// parseAny parses s, in UTC, with the first layout that fits.
func parseAny(layouts []string, s string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// startOfDay returns the first instant in loc of the day that begins at midnight, which is
// in UTC. It is not 0:00 if clocks go forward at midnight. If loc has skipped the day, to
// change to the other side of the date line, startOfDay returns an error.
func startOfDay(midnight time.Time, loc *time.Location) (time.Time, error) {
	t, start := firstInstant(midnight, loc)
	if t.Before(start) {
		t = start
	}
	if t.Day() != midnight.Day() {
		return t, fmt.Errorf("there was no %s in %v", midnight.Format(time.DateOnly), loc)
	}
	return t, nil
}

// inLocation returns the instant at which clocks in loc show the time that wall has in UTC.
// If there are two, it returns the first. If clocks skip the time, it returns an instant
// that is later by the length of the skip.
func inLocation(wall time.Time, loc *time.Location) time.Time {
	t, start := firstInstant(wall, loc)
	if t.Before(start) {
		_, before := start.Add(-1).Zone()
		return wall.Add(-time.Duration(before) * time.Second).In(loc)
	}
	return t
}

// firstInstant returns t, the first instant at which clocks in loc show the time that wall
// has in UTC, and start, from which loc uses the offset of t. If clocks skip that time, t is
// calculated with the offset after the skip, and is before start.
func firstInstant(wall time.Time, loc *time.Location) (t, start time.Time) {
	const most = 36 * time.Hour // no offset is larger
	for at := wall.Add(-most).In(loc); ; {
		_, offset := at.Zone()
		start, end := at.ZoneBounds()
		t := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if end.IsZero() || t.Before(end) {
			if start.IsZero() {
				start = t
			}
			return t, start
		}
		at = end
	}
}

func parseLocalTime(s string) (time.Time, error) { return parseTime(s, time.Local) }
