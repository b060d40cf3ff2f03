package ics

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// readEvents is a script that parses a file with python3-icalendar.
const readEvents = `
import icalendar, json, sys
calendar = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
json.dump([[str(e["SUMMARY"]), str(e.get("DESCRIPTION", "")), e["DTSTART"].to_ical().decode(), len(e.get("RRULE", {}))]
           for e in calendar.walk("VEVENT")], sys.stdout)
`

// python3-icalendar reads the same texts and days from a file.
func TestFile_icalendar(t *testing.T) {
	python := "/usr/bin/python3" // the one that Debian's packages are for
	if err := exec.Command(python, "-c", "import icalendar").Run(); err != nil {
		t.Skip("no python3-icalendar here (Debian package)")
	}
	f := empty(t)
	for i, n := range []Note{
		{"Tea; with, \\ Ada", "“Straße” 🧘\nBEGIN:VEVENT\n\ttab", date(2026, 7, 3), 14*time.Hour + 30*time.Minute, false},
		{strings.Repeat("Übermäßig lang 🧘 ", 25) + "x", strings.Repeat("ü", 3000), date(2024, 2, 29), NoTime, true},
		{"Old", "", date(45, 1, 2), NoTime, true},
	} {
		f = apply(t, f, n.Edit(string(rune('a'+i)), noon))
	}
	for _, name := range []string{"google.ics", "apple.ics", "outlook.ics", "thunderbird.ics", "holidays.ics"} {
		other, err := Parse(readFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		f = apply(t, f, f.Compare(other).Edits(true)...)
	}
	first := f.Events()[0]
	f = apply(t, f, first.Edit(Note{"Changed", "too", date(2027, 1, 1), NoTime, true}, noon))

	cmd := exec.Command(python, "-c", readEvents)
	cmd.Stdin = strings.NewReader(f.String())
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var read [][4]any
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	if len(read) != len(f.Events()) {
		t.Fatalf("it reads %d of %d events", len(read), len(f.Events()))
	}
	for i, e := range f.Events() {
		layout := "20060102T150405"
		if e.start.isDate {
			layout = "20060102"
		}
		start, _ := read[i][2].(string)
		text, _ := read[i][0].(string)
		details, _ := read[i][1].(string)
		details = strings.ReplaceAll(details, `\t`, "\t")
		if strings.Join(strings.Fields(text), " ") != e.Text || strings.TrimSpace(details) != e.Details ||
			strings.TrimSuffix(start, "Z") != e.start.wall.Format(layout) || (read[i][3] == 0.0) != (e.rule == nil) {
			t.Errorf("it reads %q, want %q, %q, %v", read[i], e.Text, e.Details, e.start.wall)
		}
	}
}
