package ics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// vevent returns an event with these lines.
func vevent(lines string) string {
	return "BEGIN:VEVENT\r\n" + strings.ReplaceAll(lines, "\n", "\r\n") + "\r\nEND:VEVENT\r\n"
}

func calendar(components string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n" + components + "END:VCALENDAR\r\n"
}

// parse returns a file with events that have these lines.
func parse(t testing.TB, events ...string) *File {
	t.Helper()
	var text string
	for _, e := range events {
		text += vevent(e)
	}
	f, err := Parse(calendar(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, failed := range f.Failed() {
		t.Fatalf("%+v", failed)
	}
	return f
}

// newFile returns a file that can read time zones.
func newFile() *File { return &File{known: map[string]zone{}, steps: maxZoneSteps} }

var berlin = mustLoad("Europe/Berlin")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// in returns the entries of a year, such as "03-29 14:00 Tea".
func in(f *File, year int, loc *time.Location) (all []string) {
	y := f.Year(year, loc)
	for day := range 366 {
		for _, e := range y.Day(day + 1) {
			text := date(year, 1, day+1).Format("01-02 ")
			switch {
			case e.Continues:
				text += "... "
			case !e.Start.IsZero():
				text += e.Start.Format("15:04 ")
			}
			all = append(all, text+e.Text)
		}
	}
	return all
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestYear(t *testing.T) {
	for name, c := range map[string]struct {
		event string
		want  []string
	}{
		"all day":         {"DTSTART;VALUE=DATE:20260703", []string{"07-03 x"}},
		"without VALUE":   {"DTSTART:20260703", []string{"07-03 x"}},
		"three days":      {"DTSTART;VALUE=DATE:20260703\nDTEND;VALUE=DATE:20260706", []string{"07-03 x", "07-04 ... x", "07-05 ... x"}},
		"end before":      {"DTSTART;VALUE=DATE:20260703\nDTEND;VALUE=DATE:20260601", []string{"07-03 x"}},
		"floating":        {"DTSTART:20260703T140000", []string{"07-03 14:00 x"}},
		"UTC":             {"DTSTART:20260703T230000Z", []string{"07-04 01:00 x"}},
		"time zone":       {"DTSTART;TZID=America/New_York:20260703T190000", []string{"07-04 01:00 x"}},
		"Mozilla's zone":  {"DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20260703T190000", []string{"07-04 01:00 x"}},
		"unknown zone":    {"DTSTART;TZID=Atlantis:20260703T190000", []string{"07-03 19:00 x"}},
		"until midnight":  {"DTSTART:20260703T220000\nDTEND:20260704T000000", []string{"07-03 22:00 x"}},
		"over midnight":   {"DTSTART:20260703T220000\nDURATION:PT3H", []string{"07-03 22:00 x", "07-04 ... x"}},
		"day of 23 hours": {"DTSTART;TZID=Europe/Berlin:20260329T000000\nDURATION:P1D", []string{"03-29 00:00 x"}},
		"24 hours":        {"DTSTART;TZID=Europe/Berlin:20260329T000000\nDURATION:PT24H", []string{"03-29 00:00 x", "03-30 ... x"}},
		"day of 25 hours": {"DTSTART;TZID=Europe/Berlin:20261025T003000\nDURATION:P1D", []string{"10-25 00:30 x", "10-26 ... x"}},
		"floating end":    {"DTSTART:20260328T220000\nDTEND:20260329T233000", []string{"03-28 22:00 x", "03-29 ... x"}},
		"over new year":   {"DTSTART;VALUE=DATE:20251230\nDURATION:P4D", []string{"01-01 ... x", "01-02 ... x"}},
		"birthday":        {"DTSTART;VALUE=DATE:19800703\nRRULE:FREQ=YEARLY", []string{"07-03 x"}},
		"leap day":        {"DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", nil},
		"excluded":        {"DTSTART:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20260112T090000", []string{"01-05 09:00 x", "01-19 09:00 x"}},
		"excluded in UTC": {"DTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20260112T080000Z", []string{"01-05 09:00 x", "01-19 09:00 x"}},
		"excluded day":    {"DTSTART:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20260112,20260105", []string{"01-19 09:00 x"}},
		"first excluded":  {"DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20260105", []string{"01-12 x"}},
		"also":            {"DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20260301,20260401", []string{"01-05 x", "03-01 x", "04-01 x"}},
		"also twice":      {"DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20260105,20260301,20260301", []string{"01-05 x", "03-01 x"}},
		"also by rule":    {"DTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=2\nRDATE:20260112T080000Z,20260301T080000Z", []string{"01-05 09:00 x", "01-12 09:00 x", "03-01 09:00 x"}},
		"period":          {"DTSTART:20260105T090000\nRDATE;VALUE=PERIOD:20260301T100000/PT1H", []string{"01-05 09:00 x", "03-01 10:00 x"}},
		"summer time":     {"DTSTART;TZID=America/New_York:20260306T090000\nRRULE:FREQ=WEEKLY;UNTIL=20260403T235959Z", []string{"03-06 15:00 x", "03-13 14:00 x", "03-20 14:00 x", "03-27 14:00 x", "04-03 15:00 x"}},
		"until in UTC":    {"DTSTART;TZID=Europe/Berlin:20260105T003000\nRRULE:FREQ=DAILY;UNTIL=20260105T233000Z", []string{"01-05 00:30 x", "01-06 00:30 x"}},
		"until a day":     {"DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;UNTIL=20260106", []string{"01-05 x", "01-06 x"}},
		"canceled":        {"DTSTART;VALUE=DATE:20260703\nSTATUS:CANCELLED", nil},
		"another year":    {"DTSTART;VALUE=DATE:20250703", nil},
		"last Thursday":   {"DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", []string{"11-26 x"}},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, in(parse(t, "UID:1\nSUMMARY:x\n"+c.event), 2026, berlin), c.want...)
		})
	}
}

func TestYear_replaced(t *testing.T) {
	f := parse(t,
		"UID:1\nSUMMARY:class\nDTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=4",
		"UID:1\nSUMMARY:class, later\nRECURRENCE-ID;TZID=Europe/Berlin:20260112T090000\nDTSTART;TZID=Europe/Berlin:20260113T100000",
		"UID:1\nSUMMARY:class\nRECURRENCE-ID:20260119T080000Z\nDTSTART;TZID=Europe/Berlin:20260119T090000\nSTATUS:CANCELLED")
	want(t, in(f, 2026, berlin), "01-05 09:00 class", "01-13 10:00 class, later", "01-26 09:00 class")
}

// A day without a midnight is not shown as the day before.
func TestYear_noMidnight(t *testing.T) {
	f := parse(t, "UID:1\nSUMMARY:x\nDTSTART;VALUE=DATE:20181104")
	want(t, in(f, 2018, mustLoad("America/Sao_Paulo")), "11-04 x")
	if got := f.Events()[0].FirstDay(mustLoad("America/Sao_Paulo")); got != date(2018, 11, 4) {
		t.Errorf("the first day is %v", got)
	}
}

// If the name of a time zone is unknown, the rules in the file are used.
func TestYear_zoneOfFile(t *testing.T) {
	zone := "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n" +
		"BEGIN:STANDARD\r\nDTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n" +
		"BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
	f, err := Parse(calendar(zone + vevent("UID:1\nSUMMARY:x\nDTSTART;TZID=W. Europe Standard Time:20260327T090000\nRRULE:FREQ=WEEKLY;COUNT=2") +
		vevent("UID:2\nSUMMARY:y\nDTSTART;TZID=\"W. Europe Standard Time\":20261025T030000")))
	if err != nil {
		t.Fatal(err)
	}
	want(t, in(f, 2026, time.UTC), "03-27 08:00 x", "04-03 07:00 x", "10-25 02:00 y")
}

// The name of a time zone can have a comma, which has an escape in the property, and rarely in parameters.
func TestYear_zoneWithComma(t *testing.T) {
	zone := "BEGIN:VTIMEZONE\r\nTZID:(UTC+05:00) Karachi\\, Quetta\r\n" +
		"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	for _, name := range []string{"(UTC+05:00) Karachi, Quetta", "(UTC+05:00) Karachi\\, Quetta"} {
		f, err := Parse(calendar(zone + vevent("UID:1\nSUMMARY:x\nDTSTART;TZID=\""+name+"\":20260703T030000")))
		if err != nil {
			t.Fatal(err)
		}
		want(t, in(f, 2026, time.UTC), "07-02 22:00 x")
	}
}

// A VTIMEZONE gives the same times as the system's time zone.
func TestParseZone(t *testing.T) {
	const text = "BEGIN:VTIMEZONE\r\nTZID:x\r\n" +
		"BEGIN:DAYLIGHT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nDTSTART:19870405T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\r\nEND:DAYLIGHT\r\n" +
		"BEGIN:DAYLIGHT\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nEND:DAYLIGHT\r\n" +
		"BEGIN:STANDARD\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nDTSTART:19671029T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z\r\nEND:STANDARD\r\n" +
		"BEGIN:STANDARD\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
	zone := newFile().parseZone(text)
	newYork := mustLoad("America/New_York")
	for wall := date(1988, 1, 1); wall.Year() < 2030; wall = wall.Add(30 * time.Minute) {
		if got, want := zone(wall), at(wall, newYork); !got.Equal(want) {
			t.Fatalf("%v: got %v, want %v", wall, got, want.UTC())
		}
	}
}

// A VTIMEZONE with a part that cannot be read is unknown, and so is one that refers to itself.
func TestParseZone_bad(t *testing.T) {
	const standard = "BEGIN:STANDARD\r\nDTSTART:20260101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
	for name, part := range map[string]string{
		"no start":      "BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n",
		"offset":        strings.Replace(standard, "+0100", "+1", 1),
		"no offset":     strings.Replace(standard, "TZOFFSETTO:+0100\r\n", "", 1),
		"rule":          strings.Replace(standard, "END", "RRULE:FREQ=HOURLY\r\nEND", 1),
		"no components": "",
		"itself":        strings.Replace(standard, "DTSTART", "DTSTART;TZID=x", 1),
	} {
		zone := "BEGIN:VTIMEZONE\r\nTZID:x\r\n" + part + "END:VTIMEZONE\r\n"
		if name != "itself" && name != "no components" {
			zone = strings.Replace(zone, "END:VTIMEZONE", standard+"END:VTIMEZONE", 1)
		}
		f, err := Parse(calendar(zone + vevent("DTSTART;TZID=x:20260101T000000")))
		if err != nil {
			t.Fatal(err)
		}
		if known := f.Events()[0].Zone == ""; known != (name == "itself") {
			t.Errorf("%s: the zone is known: %v", name, known)
		}
	}
}

// The clocks skip some of these times, and show others twice.
func TestAt(t *testing.T) {
	for _, c := range []struct{ loc, wall, want string }{
		{"America/New_York", "2026-03-08 01:59", "06:59"},
		{"America/New_York", "2026-03-08 02:30", "07:30"},
		{"America/New_York", "2026-03-08 03:00", "07:00"},
		{"America/New_York", "2026-11-01 01:30", "05:30"},
		{"America/New_York", "2026-11-01 02:00", "07:00"},
		{"Europe/Berlin", "2026-03-29 02:30", "01:30"},
		{"Europe/Berlin", "2026-10-25 02:30", "00:30"},
		{"Europe/Berlin", "2026-10-25 03:00", "02:00"},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "14:45"},
		{"America/Sao_Paulo", "2018-11-04 00:00", "03:00"},
		{"Pacific/Apia", "2011-12-30 12:00", "22:00"},
	} {
		wall, err := time.Parse("2006-01-02 15:04", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := at(wall, mustLoad(c.loc)).UTC().Format("15:04"); got != c.want {
			t.Errorf("%s in %s: got %s UTC, want %s", c.wall, c.loc, got, c.want)
		}
	}
}

// The number of steps to read a time zone is limited, even if its clocks change often.
func TestParseZone_bounded(t *testing.T) {
	for rule, times := range map[string]int{"FREQ=DAILY": 100, "FREQ=YEARLY": 10_000, "FREQ=DAILY;UNTIL=19710101T000000Z": 10_000} {
		text := "BEGIN:VTIMEZONE\r\nTZID:x\r\n" + strings.Repeat("BEGIN:STANDARD\r\nDTSTART:19600101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nRRULE:"+rule+"\r\nEND:STANDARD\r\n", times) + "END:VTIMEZONE\r\n"
		file := newFile()
		if zone := file.parseZone(text); zone != nil || file.steps < -1000 {
			t.Errorf("%s: a zone: %v, %d steps left", rule, zone != nil, file.steps)
		}
		f, err := Parse(calendar(text + vevent("DTSTART;TZID=x:20260101T000000")))
		if err != nil || len(f.Events()) != 1 || f.Events()[0].Zone != "x" {
			t.Errorf("%s: %v, %+v", rule, err, f)
		}
	}
}

func TestParse_errors(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "not a calendar file",
		"<html>":                        "not a calendar file",
		"BEGIN:VCARD\nEND:VCARD\n":      "not a calendar file",
		"BEGIN:VCALENDAR\n":             "END:VCALENDAR is missing",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT": "END:VEVENT is missing",
		"BEGIN:VCALENDAR\nEND:VEVENT\n": "line 2: END:VEVENT has no BEGIN:VEVENT before it",
		"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:X\n", 1e6):                           "nested more than 10 deep",
		calendar(strings.Repeat("BEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n", 50_001)): "more than 50000 events",
		"BEGIN:VCALENDAR\n" + strings.Repeat("x", MaxSize):                               "larger than 32 MB",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func TestFile_Failed(t *testing.T) {
	text := calendar(vevent("UID:1\nSUMMARY:good\nDTSTART:20260703") + vevent("SUMMARY:no day") + vevent("SUMMARY:bad\nDTSTART:20261332") +
		vevent("SUMMARY:every second\nDTSTART:00010101T000000\nRRULE:FREQ=SECONDLY") + vevent("DTSTART:20260101\nDURATION:P1Y") +
		"BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n")
	f, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, failed := range f.Failed() {
		got = append(got, fmt.Sprintf("%s: %v", failed.Text, failed.Err))
	}
	want(t, got, "no day: it has no date: DTSTART is missing", `bad: DTSTART: "20261332" is not a date or time`,
		"every second: it repeats more than once a day", `: DURATION: "P1Y" is not a duration`)
	if len(f.Events()) != 1 || f.Others()["VTODO"] != 1 || len(f.Others()) != 1 {
		t.Errorf("%d events, others %v", len(f.Events()), f.Others())
	}
	if f.String() != text {
		t.Error("the text has changed")
	}
}

// The number of steps to find the events of a year is limited, even if they repeat often.
func TestYear_bounded(t *testing.T) {
	for name, event := range map[string]string{
		"marks":  "DTSTART:19000101T000000\nDURATION:P400D\nRRULE:FREQ=DAILY",
		"steps":  "DTSTART:00010101T000000\nRRULE:FREQ=DAILY;COUNT=999999;BYMONTH=2;BYMONTHDAY=29",
		"length": "DTSTART:00010101\nDTEND:99991231\nRRULE:FREQ=DAILY",
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Parse(calendar(strings.Repeat(vevent(event), 100)))
			if err != nil || len(f.Failed()) > 0 {
				t.Fatal(err, f.Failed())
			}
			y := &Year{begin: date(9999, 1, 1), end: date(10000, 1, 1), loc: berlin, steps: 100_000}
			y.fill(f.events)
			if !y.Incomplete || y.steps < -366*perEntry {
				t.Errorf("complete: %v, %d steps left", !y.Incomplete, y.steps)
			}
		})
	}
}

func BenchmarkFile(b *testing.B) {
	var text strings.Builder
	for i := range 10_000 {
		text.WriteString(vevent(fmt.Sprintf("UID:%d\nDTSTAMP:20260101T000000Z\nSUMMARY:Birthday of number %[1]d\nDTSTART;VALUE=DATE:19%02[2]d0%[3]d1%[4]d\nRRULE:FREQ=YEARLY\nX-A:1\nX-B:2", i, i%100, 1+i%9, i%10)))
	}
	all := calendar(text.String())
	b.ReportAllocs()
	b.Run("Parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := Parse(all); err != nil {
				b.Fatal(err)
			}
		}
	})
	f, _ := Parse(all)
	b.Run("Year", func(b *testing.B) {
		for b.Loop() {
			f.Year(2026, berlin)
		}
	})
}
