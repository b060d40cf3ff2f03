package ics

import (
	"strings"
	"testing"
)

// Any file can be read, shown and changed in limited time without a panic, and keeps its text.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"google.ics", "apple.ics", "outlook.ics", "thunderbird.ics", "holidays.ics"} {
		f.Add(readFile(f, name))
	}
	for _, lines := range []string{
		"DTSTART:00010101T000000\nRRULE:FREQ=SECONDLY", "DTSTART:99991231\nRRULE:FREQ=DAILY;INTERVAL=1000\nDURATION:P9999W",
		"DTSTART;TZID=\"a:b;c\":20260101T000000", "DTSTART;X=\":20260101", "DTSTART:20260101\nRDATE:,", "DTSTART:20260101\nRRULE:FREQ=YEARLY;BYDAY=-53MO,53SU;BYSETPOS=-366,366",
		"DTSTART:20260101\nEXDATE:20260101T0\n\t00000Z\nRECURRENCE-ID:20260101", "SUMMARY:\\", "DTSTART:20260101T240000", "DTSTART:20260229",
	} {
		f.Add(calendar(vevent(lines)))
	}
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\n BEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse(text)
		if err != nil {
			return
		}
		if file.String() != text {
			t.Fatal("the text has changed")
		}
		year := file.Year(2026, berlin)
		if _, err := Parse(file.Of(year)); err != nil {
			t.Errorf("the export of a year: %v", err)
		}
		if len(file.Events()) > 0 {
			e := file.Events()[0]
			n := e.Note()
			n.Text += ", changed"
			edit := e.Edit(n, noon)
			changed, err := file.Apply([]Edit{edit})
			if err != nil {
				t.Fatal(err)
			}
			if again, err := Parse(changed.String()); err != nil || len(again.Events()) != len(file.Events()) {
				t.Fatalf("changed: %v, %q", err, changed)
			}
			_, _ = e.Repetition(), e.FirstDay(berlin)
		}
		mine, err := Parse(Empty)
		if err != nil {
			t.Fatal(err)
		}
		if mine, err = mine.Apply(mine.Compare(file).Edits(true)); err != nil {
			t.Fatal(err)
		}
		if again, err := Parse(mine.String()); err != nil || len(again.Failed()) > 0 {
			t.Errorf("imported: %v, %+v", err, again)
		}
		if !strings.HasSuffix(mine.String(), "END:VCALENDAR\r\n") {
			t.Error("END:VCALENDAR is missing")
		}
	})
}
