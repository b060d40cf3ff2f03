package ics

import (
	"os"
	"strings"
	"testing"
	"time"
)

// The rules of testdata/rules.txt have the same days as with python-dateutil.
func TestRule_dateutil(t *testing.T) {
	text, err := os.ReadFile("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	const layout = "20060102T150405"
	end := date(2031, 1, 1)
	for line := range strings.Lines(string(text)) {
		start, rule, want := cut3(strings.TrimSpace(line))
		f := parse(t, "DTSTART:"+start+"\nRRULE:"+rule)
		var got []string
		steps := maxSteps
		f.events[0].each(date(2024, 1, 1), end, &steps, func(m moment) bool {
			if !m.wall.Before(date(2024, 1, 1)) && m.wall.Before(end) {
				got = append(got, m.wall.Format(layout))
			}
			return len(got) < 40
		})
		if text := strings.Join(got, ","); text != want {
			t.Errorf("%s from %s:\ngot  %s\nwant %s", rule, start, text, want)
		}
	}
}

// The last day of a month is not found if there are too few steps for the whole month.
func TestRule_stepsOfPositions(t *testing.T) {
	e := parse(t, "DTSTART:20260130T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1").events[0]
	for steps := range 200 {
		e.each(date(2026, 2, 1), date(2026, 3, 1), &steps, func(m moment) bool {
			if day := m.day().wall; day.Month() == time.February && day.Day() != 27 {
				t.Errorf("%v is not the last working day of February", day)
			}
			return true
		})
	}
}

// cut3 splits a line into three words. The last may be missing.
func cut3(line string) (a, b, c string) {
	a, rest, _ := strings.Cut(line, " ")
	b, c, _ = strings.Cut(rest, " ")
	return a, b, c
}

func TestParseRule_refused(t *testing.T) {
	for rule, want := range map[string]string{
		"FREQ=SECONDLY":                   "more than once a day",
		"FREQ=HOURLY;BYDAY=MO":            "more than once a day",
		"FREQ=DAILY;BYHOUR=1,2":           "more than once a day",
		"FREQ=DAILY;BYMINUTE=1":           "more than once a day",
		"FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO": "BYWEEKNO is unknown",
		"INTERVAL=2":                      "no FREQ",
		"":                                "no FREQ",
		"FREQ=NEVER":                      "unknown",
		"FREQ=DAILY;INTERVAL=0":           "not a number from 1",
		"FREQ=DAILY;INTERVAL=99999999999999999999":                  "not a number from 1",
		"FREQ=YEARLY;BYMONTH=13":                                    "not a number from 1 to 12",
		"FREQ=YEARLY;BYMONTHDAY=0":                                  "no day or month 0",
		"FREQ=YEARLY;BYDAY=99MO":                                    "not a number",
		"FREQ=YEARLY;BYDAY=XX":                                      "not a day of the week",
		"FREQ=YEARLY;UNTIL=soon":                                    "not a date",
		"FREQ=YEARLY;BYEASTER=1":                                    "BYEASTER is unknown",
		"FREQ=DAILY;BYMONTHDAY=" + strings.Repeat("1,", 1000) + "1": "too long",
	} {
		if _, err := parseRule(rule, date(2026, 1, 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", rule, err, want)
		}
	}
}

// Rules with many days, or with many weekdays, use more steps for each day.
func TestRule_steps(t *testing.T) {
	for text, cost := range map[string]int{
		"FREQ=DAILY": 4,
		"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,2,3":              4,
		"FREQ=YEARLY;BYDAY=" + strings.Repeat("-53MO,53TU,53WE,", 55) + "FR": 20,
	} {
		r, err := parseRule(text, date(1, 1, 1))
		if err != nil {
			t.Fatal(err)
		}
		steps := 100_000
		var last time.Time
		r.each(date(1, 1, 1), date(1, 1, 1), date(9999, 1, 1), &steps, func(at time.Time) bool {
			last = at
			return true
		})
		if days := daysBetween(date(1, 1, 1), last); last.IsZero() || days > 100_000/cost || steps < -1000 {
			t.Errorf("%.60s: %d days, %d steps left", text, days, steps)
		}
	}
}

// A rule without any day uses steps only for the year in question.
func TestRule_never(t *testing.T) {
	for _, rule := range []string{
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", "FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=31;BYMONTH=2",
		"FREQ=YEARLY;BYDAY=53MO;BYMONTH=12", "FREQ=YEARLY;BYDAY=-53MO;BYMONTH=1",
	} {
		f := parse(t, "DTSTART:00010101T000000\nRRULE:"+rule)
		y := f.Year(2026, berlin)
		if used := maxSteps - y.steps; used > 3*400 || len(in(f, 2026, berlin)) > 0 {
			t.Errorf("%s: %d steps, entries %q", rule, used, in(f, 2026, berlin))
		}
	}
}
