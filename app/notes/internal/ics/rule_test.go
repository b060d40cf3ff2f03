package ics

import (
	"os"
	"strings"
	"testing"
	"time"
)

// The rules of testdata/rules.txt name the days that python-dateutil finds.
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

// cut3 cuts a line into three words, of which the last may be missing.
func cut3(line string) (a, b, c string) {
	a, rest, _ := strings.Cut(line, " ")
	b, c, _ = strings.Cut(rest, " ")
	return a, b, c
}

func TestParseRule_refused(t *testing.T) {
	for rule, want := range map[string]string{
		"FREQ=SECONDLY":        "too often",
		"FREQ=HOURLY;BYDAY=MO": "too often",
		"FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=" + "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17": "too often",
		"INTERVAL=2":            "no FREQ",
		"":                      "no FREQ",
		"FREQ=NEVER":            "unknown",
		"FREQ=DAILY;INTERVAL=0": "no number from 1",
		"FREQ=DAILY;INTERVAL=99999999999999999999":                  "no number from 1",
		"FREQ=YEARLY;BYMONTH=13":                                    "no number from 1 to 12",
		"FREQ=YEARLY;BYMONTHDAY=0":                                  "0 is no number",
		"FREQ=YEARLY;BYDAY=99MO":                                    "no number",
		"FREQ=YEARLY;BYDAY=XX":                                      "no day of the week",
		"FREQ=YEARLY;UNTIL=soon":                                    "no date",
		"FREQ=YEARLY;BYEASTER=1":                                    "BYEASTER is unknown",
		"FREQ=DAILY;BYMONTHDAY=" + strings.Repeat("1,", 1000) + "1": "too long",
	} {
		if _, err := parseRule(rule, date(2026, 1, 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", rule, err, want)
		}
	}
}

// Rules with many times or days of the week use up the steps sooner.
func TestRule_steps(t *testing.T) {
	const often = "BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,30"
	for _, text := range []string{
		"FREQ=DAILY;" + often,
		"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,2,3;" + often,
		"FREQ=YEARLY;BYDAY=" + strings.Repeat("-53MO,53TU,53WE,", 55) + "FR",
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
		if days := daysBetween(date(1, 1, 1), last); last.IsZero() || days > 100_000/20 || steps < -1000 {
			t.Errorf("%.60s: %d days, %d steps left", text, days, steps)
		}
	}
}

// A rule that names no day is not looked at for longer than the years that are asked for.
func TestRule_never(t *testing.T) {
	for _, rule := range []string{
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", "FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=31;BYYEARDAY=1",
		"FREQ=YEARLY;BYDAY=53MO;BYMONTH=12", "FREQ=YEARLY;BYDAY=-53MO;BYMONTH=1", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
	} {
		f := parse(t, "DTSTART:00010101T000000\nRRULE:"+rule)
		y := f.Year(2026, berlin)
		if used := maxSteps - y.steps; used > 3*400 || y.size > 0 {
			t.Errorf("%s: %d steps, %d entries", rule, used, y.size)
		}
	}
}
