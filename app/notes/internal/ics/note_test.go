package ics

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func apply(t testing.TB, f *File, edits ...Edit) *File {
	t.Helper()
	f, err := f.Apply(edits)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Failed()) > 0 {
		t.Fatalf("%+v", f.Failed())
	}
	return f
}

func empty(t testing.TB) *File {
	t.Helper()
	f, err := Parse(Empty)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNote(t *testing.T) {
	for name, n := range map[string]Note{
		"plain":     {"Tea", "", date(2026, 7, 3), NoTime, false},
		"time":      {"Tea", "", date(2026, 7, 3), 14 * time.Hour, false},
		"midnight":  {"Tea", "", date(2026, 7, 3), 0, false},
		"yearly":    {"Ada", "born 1815", date(1815, 12, 10), NoTime, true},
		"leap day":  {"Leap", "", date(2024, 2, 29), 8 * time.Hour, true},
		"year 1":    {"Old", "", date(1, 1, 1), NoTime, true},
		"year 9999": {"New", "", date(9999, 12, 31), 23*time.Hour + 59*time.Minute, false},
		"signs":     {`a, b; c\n: "d"`, "line\n\nBEGIN:VEVENT\nEND:VCALENDAR \\", date(2026, 7, 3), NoTime, false},
		"long":      {strings.Repeat("Straße 🧘 ", 50) + "x", strings.Repeat("ü", 5000), date(2026, 7, 3), NoTime, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := apply(t, empty(t), n.Edit("1", noon))
			f, err := Parse(f.String())
			if err != nil {
				t.Fatal(err)
			}
			e := f.Events()[0]
			if got := e.Note(); got != n {
				t.Errorf("got  %+v\nwant %+v", got, n)
			}
			if !e.Editable {
				t.Error("it cannot be edited")
			}
			for line := range strings.SplitSeq(f.String(), "\r\n") {
				if len(line) > maxOctets || !utf8.ValidString(line) {
					t.Errorf("bad line %q", line)
				}
			}
		})
	}
	f := apply(t, empty(t), Note{"Leap", "", date(2024, 2, 29), NoTime, true}.Edit("1", noon))
	want(t, append(in(f, 2025, berlin), in(f, 2028, berlin)...), "02-28 Leap", "02-29 Leap")
}

func TestNote_controls(t *testing.T) {
	f := apply(t, empty(t), Note{"a\x00b\x7f", "c\x1b\td\u0085\ne", date(2026, 7, 3), NoTime, false}.Edit("1", noon))
	if e := f.Events()[0]; e.Text != "ab" || e.Details != "c\td\ne" {
		t.Errorf("%q, %q", e.Text, e.Details)
	}
}

// A change of the text leaves all other bytes as they are.
func TestEvent_Edit(t *testing.T) {
	for _, name := range []string{"google.ics", "apple.ics", "outlook.ics", "thunderbird.ics"} {
		text := readFile(t, name)
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range f.Events() {
			n := e.Note()
			n.Text = "Something, else"
			changed := apply(t, f, e.Edit(n, noon))
			old, now := strings.Split(text, "\n"), strings.Split(changed.String(), "\n")
			for _, line := range now {
				name, _, _ := strings.Cut(line, ":")
				if !strings.Contains(text, line) && name != "SUMMARY" && name != "DTSTAMP" && name != "LAST-MODIFIED" {
					t.Errorf("%s: a new line: %q", name, line)
				}
			}
			if len(now) < len(old) || len(now) > len(old)+1 {
				t.Errorf("%s: event %d: %d lines, want %d", name, i, len(now), len(old))
			}
			if got := changed.Events()[i]; got.Text != n.Text || got.Details != e.Details || got.ID != e.ID {
				t.Errorf("%s: event %d is now %q with %q", name, i, got.Text, got.Details)
			}
		}
	}
}

// New properties are before the alarms of the event, where strict programs expect them.
func TestEvent_Edit_alarm(t *testing.T) {
	const alarm = "BEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM"
	for lines, want := range map[string]string{
		"UID:1\nDTSTART:20260703\n" + alarm:                        "UID:1\nDTSTART:20260703\nDTSTAMP:20261128T120000Z\nLAST-MODIFIED:20261128T120000Z\nSUMMARY:y\n" + alarm,
		"UID:1\n" + alarm + "\nDTSTART:20260703\nSUMMARY:x\nX-A:1": "UID:1\nDTSTAMP:20261128T120000Z\nLAST-MODIFIED:20261128T120000Z\nSUMMARY:y\n" + alarm + "\nDTSTART:20260703\nX-A:1",
	} {
		f := parse(t, lines)
		n := f.Events()[0].Note()
		n.Text = "y"
		if got, want := apply(t, f, f.Events()[0].Edit(n, noon)).String(), calendar(vevent(want)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// A change of the text keeps the seconds of the time, which the form does not have.
func TestEvent_Edit_seconds(t *testing.T) {
	f := parse(t, "SUMMARY:x\nDTSTART:20260703T090030")
	n := f.Events()[0].Note()
	if n.Text = "y"; n.Time != 9*time.Hour {
		t.Errorf("the time of the note is %v", n.Time)
	}
	if text := apply(t, f, f.Events()[0].Edit(n, noon)).String(); !strings.Contains(text, "DTSTART:20260703T090030") {
		t.Errorf("%s", text)
	}
}

// Very long texts are truncated on pages, but not in the file when something else changes.
func TestEvent_Edit_long(t *testing.T) {
	long := strings.Repeat("ü", 1<<20)
	f := parse(t, "SUMMARY:"+long+"\nDESCRIPTION:"+long+"\nLOCATION:"+long+"\nDTSTART:20260703")
	e := f.Events()[0]
	for text, want := range map[string]int{e.Text: maxText, e.Details: maxDetails} {
		if got := utf8.RuneCountInString(text); got != want+1 || !utf8.ValidString(text) || !strings.HasSuffix(text, "ü…") {
			t.Errorf("a text has %d characters, want %d and an ellipsis", got, want)
		}
	}
	if e.Place != e.Text {
		t.Errorf("the place has %d bytes", len(e.Place))
	}
	n := e.Note()
	n.Day = date(2026, 7, 4)
	if changed := apply(t, f, e.Edit(n, noon)).String(); strings.Count(changed, long) != 3 || !strings.Contains(changed, "20260704") {
		t.Errorf("%d bytes", len(changed))
	}
}

func TestEvent_Edit_when(t *testing.T) {
	f := apply(t, empty(t), Note{"Tea", "green", date(2026, 7, 3), 14 * time.Hour, false}.Edit("1", noon))
	for _, n := range []Note{
		{"Tea", "green", date(2026, 7, 4), NoTime, true},
		{"Tea", "green", date(2026, 7, 4), NoTime, false},
		{"Tea", "", date(2027, 7, 4), 9 * time.Hour, false},
		{"Tea", "black", date(2027, 7, 4), 9 * time.Hour, true},
	} {
		f = apply(t, f, f.Events()[0].Edit(n, noon))
		if got := f.Events()[0].Note(); got != n {
			t.Errorf("got %+v, want %+v", got, n)
		}
		if got := strings.Count(f.String(), "\r\n"); got > 14 {
			t.Errorf("%d lines\n%s", got, f)
		}
	}
}

func TestApply(t *testing.T) {
	f, err := Parse(readFile(t, "google.ics"))
	if err != nil {
		t.Fatal(err)
	}
	before := f.String()
	yoga := f.Events()[0]
	edits := f.Delete(yoga)
	less := apply(t, f, edits...)
	want(t, in(less, 2026, berlin), "05-01 Labour Day", "07-05 00:00 Call with Tokyo")
	if f.String() != before {
		t.Error("the original file has changed")
	}
	if got := in(apply(t, less, Undo(edits)...), 2026, berlin); len(got) != 6 {
		t.Errorf("undone: %q", got)
	}
	if _, err := less.Apply(edits); err != ErrChanged {
		t.Errorf("deleted twice: %v", err)
	}
	if _, err := f.Apply([]Edit{{yoga.text, ""}, {yoga.text, "x"}}); err != ErrChanged {
		t.Errorf("changed after it was deleted: %v", err)
	}
}

// Undo leaves time zones in the file, however their first line is written.
func TestUndo_zone(t *testing.T) {
	for _, begin := range []string{"BEGIN:VTIMEZONE", "begin:vtimezone", "BEGIN:VTIME\r\n ZONE"} {
		other, err := Parse(calendar(begin + "\r\nTZID:x\r\nEND:VTIMEZONE\r\n" + vevent("DTSTART:20260703")))
		if err != nil {
			t.Fatal(err)
		}
		edits := empty(t).Compare(other).Edits(true)
		f := apply(t, apply(t, empty(t), edits...), Undo(edits)...)
		if f.zones["x"] == "" || len(f.Events()) != 0 {
			t.Errorf("%q: the file is now\n%s", begin, f)
		}
	}
}

// Delete also deletes an event that replaces it on a day and is in the file twice.
func TestFile_Delete_twice(t *testing.T) {
	const moved = "UID:1\nSUMMARY:moved\nRECURRENCE-ID;VALUE=DATE:20260101\nDTSTART:20260102"
	f := parse(t, "UID:1\nSUMMARY:x\nDTSTART:20250101\nRRULE:FREQ=YEARLY", moved, moved, "UID:2\nSUMMARY:y\nDTSTART:20260103")
	want(t, in(apply(t, f, f.Delete(f.Events()[0])...), 2026, berlin), "01-03 y")
}

// If an event that replaces another one on a day is deleted, the other one does not return.
func TestFile_Delete_replacement(t *testing.T) {
	for _, alarm := range []string{"", "\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM"} {
		f := parse(t, "UID:1\nSUMMARY:class\nDTSTART;TZID=Europe/Berlin:20260105T090000\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20260119T090000"+alarm,
			"UID:1\nSUMMARY:moved\nRECURRENCE-ID;TZID=Europe/Berlin:20260112T090000\nDTSTART;TZID=Europe/Berlin:20260113T100000",
			"UID:2\nSUMMARY:alone\nRECURRENCE-ID:20260112T090000Z\nDTSTART:20260114T100000")
		edits := f.Delete(f.Events()[1])
		less := apply(t, f, edits...)
		want(t, in(less, 2026, berlin), "01-05 09:00 class", "01-14 10:00 alone", "01-26 09:00 class")
		want(t, in(apply(t, less, Undo(edits)...), 2026, berlin), in(f, 2026, berlin)...)
		want(t, in(apply(t, less, less.Delete(less.Events()[1])...), 2026, berlin), "01-05 09:00 class", "01-26 09:00 class")
	}
}

// An edit that would damage the file fails.
func TestApply_damage(t *testing.T) {
	if f, err := empty(t).Apply([]Edit{{New: "BEGIN:VEVENT\r\nDTSTART:20260101\r\n"}}); err == nil || !strings.Contains(err.Error(), "could not be read") {
		t.Errorf("%v\n%s", err, f)
	}
}

// New components are inside the calendar, even in unusual files.
func TestApply_add(t *testing.T) {
	for _, text := range []string{
		Empty, "BEGIN:VCALENDAR\nEND:VCALENDAR", "\ufeffbegin:vcalendar\nend:vcalendar\n\n\n",
		calendar(vevent("UID:0\nDTSTART:20260101")) + calendar(vevent("UID:00\nDTSTART:20260101")),
		calendar(vevent("UID:0\nDTSTART:20260101")) + Empty, Empty + Empty,
	} {
		f, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		zone := Edit{New: "BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n"}
		added := apply(t, f, Note{Text: "Tea", Day: date(2026, 7, 3), Time: NoTime}.Edit("1", noon), zone)
		again, err := Parse(added.String())
		if err != nil {
			t.Errorf("%q: %v", added, err)
		} else if len(again.Events()) != len(f.Events())+1 || strings.Index(added.String(), "VTIMEZONE") > strings.Index(added.String(), "VEVENT") {
			t.Errorf("%q", added)
		}
	}
}

func TestFile_Of(t *testing.T) {
	f := parse(t, "UID:1\nSUMMARY:2025\nDTSTART:20250101", "UID:2\nSUMMARY:2026\nDTSTART:20260101",
		"UID:3\nSUMMARY:both\nDTSTART:20250101\nRRULE:FREQ=YEARLY", "UID:3\nSUMMARY:moved\nRECURRENCE-ID;VALUE=DATE:20260101\nDTSTART:20270101")
	of, err := Parse(f.Of(f.Year(2025, berlin)))
	if err != nil {
		t.Fatal(err)
	}
	want(t, in(of, 2025, berlin), "01-01 2025", "01-01 both")
	want(t, in(of, 2026, berlin))
}
