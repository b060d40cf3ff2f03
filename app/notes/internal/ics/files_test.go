package ics

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// These files are like those that other programs write.
func TestParse_programs(t *testing.T) {
	for name, days := range map[string][]string{
		"google.ics": {"02-02 18:00 Yoga 🧘", "02-10 20:00 Yoga 🧘 (moved)", "02-23 18:00 Yoga 🧘", "03-02 18:00 Yoga 🧘",
			"05-01 Labour Day", "07-05 00:00 Call with Tokyo"},
		"apple.ics": {"03-21 17:00 Tour", "07-15 Großmutters Geburtstag", "08-01 Urlaub", "08-02 ... Urlaub", "08-03 ... Urlaub", "08-04 ... Urlaub",
			"08-05 ... Urlaub", "08-06 ... Urlaub", "08-07 ... Urlaub", "08-08 ... Urlaub", "08-09 ... Urlaub", "08-10 ... Urlaub", "08-11 ... Urlaub",
			"08-12 ... Urlaub", "08-13 ... Urlaub", "08-14 ... Urlaub"},
		"outlook.ics": {"01-06 09:30 Abteilungsrunde", "02-03 09:30 Abteilungsrunde", "02-18 Zahnarzt; 2. Termin, \"wichtig\"",
			"03-03 09:30 Abteilungsrunde", "04-07 09:30 Abteilungsrunde"},
		"thunderbird.ics": {"01-20 09:00 Médecin", "02-09 09:00 Médecin", "04-04 Fête de famille", "04-05 ... Fête de famille", "04-06 ... Fête de famille",
			"08-14 Fête de famille", "08-15 ... Fête de famille", "08-16 ... Fête de famille"},
		"holidays.ics": {"01-01 Neujahr", "01-31 Weekend at the end of the month", "02-28 Weekend at the end of the month", "03-29 Weekend at the end of the month",
			"04-03 Karfreitag", "11-26 Thanksgiving"},
	} {
		t.Run(name, func(t *testing.T) {
			text := readFile(t, name)
			f, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, failed := range f.Failed() {
				t.Errorf("%+v", failed)
			}
			if f.String() != text {
				t.Error("the text has changed")
			}
			want(t, in(f, 2026, berlin), days...)
		})
	}
}

func TestParse_text(t *testing.T) {
	f, err := Parse(readFile(t, "google.ics"))
	if err != nil {
		t.Fatal(err)
	}
	e := f.Events()[0]
	if want := "Bring the <b>towel</b>; and shoes, please.\nRoom 3 – <a href=\"https://example.org/?a=1&b=2\">map</a>"; e.Details != want {
		t.Errorf("details %q, want %q", e.Details, want)
	}
	if want := "Turnhalle Süd, Gartenstraße 12, 10115 Berlin"; e.Place != want {
		t.Errorf("place %q, want %q", e.Place, want)
	}
	if e.Repetition() != "every week" || e.Editable {
		t.Errorf("it repeats %s, editable: %v", e.Repetition(), e.Editable)
	}
}

// A second import of a file adds nothing, even if the file was exported again.
func TestCompare(t *testing.T) {
	mine, err := Parse(Empty)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"google.ics", "apple.ics", "outlook.ics", "thunderbird.ics", "holidays.ics"} {
		other, err := Parse(readFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		c := mine.Compare(other)
		if len(c.New) != len(other.Events()) || len(c.Same)+len(c.Changed) > 0 {
			t.Errorf("%s: %d new of %d", name, len(c.New), len(other.Events()))
		}
		before := in(mine, 2026, berlin)
		if mine, err = mine.Apply(c.Edits(true)); err != nil {
			t.Fatal(err)
		}
		if len(in(mine, 2026, berlin)) != len(before)+len(in(other, 2026, berlin)) {
			t.Errorf("%s: the entries are now %q", name, in(mine, 2026, berlin))
		}
		later, err := Parse(strings.ReplaceAll(readFile(t, name), "DTSTAMP:20261128T200000Z", "DTSTAMP:20270101T000000Z"))
		if err != nil {
			t.Fatal(err)
		}
		if c := mine.Compare(later); len(c.Same) != len(later.Events()) || len(c.Edits(true)) > 0 {
			t.Errorf("%s: again: %d the same of %d, %d edits", name, len(c.Same), len(later.Events()), len(c.Edits(true)))
		}
	}
	other, err := Parse(strings.Replace(readFile(t, "google.ics"), "Labour", "Labor", 1))
	if err != nil {
		t.Fatal(err)
	}
	c := mine.Compare(other)
	if len(c.Changed) != 1 || len(c.Edits(false)) > 0 {
		t.Fatalf("%d changed", len(c.Changed))
	}
	if mine, err = mine.Apply(c.Edits(true)); err != nil || !strings.Contains(mine.String(), "Labor Day") || strings.Contains(mine.String(), "Labour") {
		t.Errorf("%v, not replaced", err)
	}
}

// An event without a UID gets one, also if its first line is folded, and gets the same one if
// it is exported again.
func TestCompare_noUID(t *testing.T) {
	text := "BEGIN:VCALENDAR\nBEGIN:VEV\n ENT\nDTSTAMP:20260101T000000Z\nDTSTART:20260101\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"
	other, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	mine := empty(t)
	mine, err = Parse(apply(t, mine, mine.Compare(other).Edits(true)...).String())
	if err != nil {
		t.Fatal(err)
	}
	want(t, in(mine, 2026, berlin), "01-01 x")
	later, err := Parse(strings.Replace(text, "20260101T", "20270101T", 1))
	if err != nil {
		t.Fatal(err)
	}
	if c := mine.Compare(later); len(c.Same) != 1 {
		t.Errorf("again: %+v", c)
	}
}

func TestRead_windows1252(t *testing.T) {
	f, err := Read(strings.NewReader(calendar(vevent("SUMMARY:Gro\xdfmutter\x92s \x84Tee\x93 \x80 5 \x96 \x8e\x9e\x9f\nDTSTART:20260703"))))
	if err != nil || f.Events()[0].Text != "Großmutter’s „Tee“ € 5 – ŽžŸ" {
		t.Errorf("%v, %v", f, err)
	}
}

// Some programs fold lines between the bytes of a character.
func TestRead_foldedCharacter(t *testing.T) {
	f, err := Read(strings.NewReader(calendar(vevent("SUMMARY:Gro\xc3\n \x9fmutter\nDTSTART:20260703"))))
	if err != nil || f.Events()[0].Text != "Großmutter" || !utf8.ValidString(f.String()) {
		t.Errorf("%v, %q", err, f)
	}
}
