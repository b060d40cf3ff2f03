package notes

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/apptest"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("internal/ics/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestImport(t *testing.T) {
	p, _ := start(t)
	google := read(t, "google.ics")
	page := p.Get("/notes").In("Import and export").Click("Import").Attach("Calendar file (.ics)", "ada.ics", google).Click("Preview")
	page.Want("Import ada.ics", "4 new.", "1 May 2026 Labour Day", "2 Feb 2026 Yoga 🧘, Turnhalle Süd, Gartenstraße 12, 10115 Berlin every week")
	p.Get("/notes").Want("There are 0 notes")
	added := page.Click("Add to my notes")
	added.Want("4 notes of “ada.ics” were imported.")
	p.Get("/?year=2026").In("May").Click("1 May, 1 note").Want("Labour Day", "Public holiday")
	again := p.Get("/import").Attach("Calendar file (.ics)", "ada.ics", google).Click("Preview")
	again.Want("There is nothing new in this file.", "4 already in your notes")
	added.Click("Undo").Want("Undone", "There are 0 notes")
	page.Click("Add to my notes").Want("There are 4 notes")
}

func TestImport_changed(t *testing.T) {
	p, _ := start(t)
	google := read(t, "google.ics")
	upload := func(text string) *apptest.Page {
		return p.Get("/import").Attach("Calendar file (.ics)", "a.ics", text).Click("Preview")
	}
	upload(google).Click("Add to my notes")
	changed := strings.Replace(google, "Labour", "Labor", 1)
	page := upload(changed)
	page.Want("0 new, 1 changed, 3 already in your notes.")
	page.Check("Also replace changed notes (1)", false).Click("Add to my notes").Want("0 notes of")
	p.Get("/day?date=2026-05-01").Want("Labour Day")
	page.Check("Also replace changed notes (1)", true).Click("Add to my notes").Want("1 note of")
	p.Get("/day?date=2026-05-01").Want("Labor Day")
}

// The preview shows the same days as the calendar, in the time zone of the owner.
func TestImport_days(t *testing.T) {
	a, n := tool()
	n.now = func() time.Time { return noon.In(time.FixedZone("", 2*60*60)) }
	p := apptest.Start(t, a)
	page := p.Get("/import").Attach("Calendar file (.ics)", "a.ics", read(t, "google.ics")).Click("Preview")
	page.Want("5 Jul 2026 Call with Tokyo")
	page.Click("Add to my notes")
	p.Get("/day?date=2026-07-05").Want("00:00 Call with Tokyo")
}

func TestImport_errors(t *testing.T) {
	p, _ := start(t)
	form := p.Get("/import")
	if got := form.Click("Preview").Error("Calendar file (.ics)"); got != "Choose a file." {
		t.Errorf("without a file: %q", got)
	}
	for content, want := range map[string]string{
		"":                                "“a.ics” cannot be imported: it is not a calendar file: the line BEGIN:VCALENDAR is missing.",
		"<!DOCTYPE html>":                 "“a.ics” cannot be imported: it is not a calendar file: the line BEGIN:VCALENDAR is missing.",
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT": "“a.ics” cannot be imported: it ends early: END:VEVENT is missing.",
	} {
		page := p.Get("/import").Attach("Calendar file (.ics)", "a.ics", content).Click("Preview")
		if got := page.Error("Calendar file (.ics)"); got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	huge := calendarFile(t, "BEGIN:VCALENDAR\r\n\xff"+strings.Repeat("x", 33<<20))
	if got := form.Fill("Or its path on this computer", huge).Click("Preview").Error("Or its path on this computer"); got != "“my & holidays.ics” cannot be imported: it is larger than 32 MB." {
		t.Errorf("a huge line: %q", got)
	}
	missing := filepath.Join(t.TempDir(), "none.ics")
	if got := form.Fill("Or its path on this computer", missing).Click("Preview").Error("Or its path on this computer"); got == "" {
		t.Error("a missing file is not an error")
	}
	if got := p.Get("/import").Fill("Or its path on this computer", missing).Attach("Calendar file (.ics)", "a.ics", read(t, "google.ics")).Click("Preview").Error("Or its path on this computer"); got == "" {
		t.Error("a missing file beside an uploaded one is not an error")
	}
	if page := p.Get("/import?preview=x"); page.Status != 404 {
		t.Errorf("an unknown preview: %d", page.Status)
	}
}

// A double-click on a file opens its preview, and changes nothing.
func TestImport_launched(t *testing.T) {
	path := calendarFile(t, read(t, "holidays.ics"))
	p, _ := start(t, "--", path)
	opened := p.Opened()
	if want := "/import?path=" + url.QueryEscape(path); len(opened) != 1 || opened[0] != want {
		t.Fatalf("opened %q, want %q", opened, want)
	}
	page := p.Get(opened[0])
	page.Want("Import my & holidays.ics", "4 new", "Neujahr")
	p.Get("/notes").Want("There are 0 notes")
	page.Click("Add to my notes").Want("There are 4 notes")
	other := calendarFile(t, read(t, "outlook.ics"))
	again, err := p.Launch("--", other)
	if err != nil {
		t.Fatal(err)
	}
	p.Get(again).Want("2 new", "Zahnarzt")
	if _, err := p.Launch("--", path, other); err == nil || !strings.Contains(err.Error(), "one calendar file at a time") {
		t.Errorf("two files: %v", err)
	}
	if page := p.Get("/import?path=" + url.QueryEscape(path+"x")); page.Error("Or its path on this computer") == "" {
		t.Error("a file that was deleted is not an error")
	}
}

func TestImport_strange(t *testing.T) {
	p, _ := start(t)
	page := p.Get("/import").Attach("Calendar file (.ics)", "x.ics", read(t, "thunderbird.ics")).Click("Preview")
	page.Want("Only events are imported. Not imported: 1 × VTODO.")
	text := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:<i>Pulse\nDTSTART:20260101T000000\nRRULE:FREQ=SECONDLY\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nSUMMARY:Dive\nDTSTART;TZID=Atlantis:20260101T000000\nEND:VEVENT\nEND:VCALENDAR\n"
	page = p.Get("/import").Attach("Calendar file (.ics)", "x.ics", text).Click("Preview")
	page.Want("1 that cannot be read", "<i>Pulse: it repeats more than once a day", "The time zone “Atlantis” is unknown.")
}

// Events that are left out, because an event before them has the same UID, are shown. Copies
// of an event are not.
func TestImport_sameUID(t *testing.T) {
	p, _ := start(t)
	text := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Maths\nDTSTART:20260901\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nUID:1\nSUMMARY:Maths\nDTSTART:20260901\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nUID:1\nSUMMARY:Music\nDTSTART:20260902\nEND:VEVENT\nEND:VCALENDAR\n"
	page := p.Get("/import").Attach("Calendar file (.ics)", "x.ics", text).Click("Preview")
	page.Want("1 new, 1 not imported.", "Not imported: an earlier event of the file has the same identifier (UID)\nDay Note\n2 Sep 2026 Music")
	page.Click("Add to my notes").Want("1 note of", "There is 1 note")
}

func TestImport_many(t *testing.T) {
	p, _ := start(t)
	var text strings.Builder
	text.WriteString("BEGIN:VCALENDAR\r\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:Birthday %[1]d\r\nDTSTART;VALUE=DATE:1980%02d%02d\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n", i, 1+i%12, 1+i%28)
	}
	text.WriteString("END:VCALENDAR\r\n")
	page := p.Get("/import").Attach("Calendar file (.ics)", "x.ics", text.String()).Click("Preview")
	page.Want("10000 new", "And 9800 more.")
	page.Click("Add to my notes").Want("10000 notes of", "There are 10000 notes")
	p.Get("/?year=2026").In("January").Click("1 January, 120 notes").Want("Birthday 0")
	p.Get("/notes?q=birthday").Want("And 9800 more")
}

// The program keeps only the latest previews.
func TestImport_forgotten(t *testing.T) {
	p, _ := start(t)
	var pages []*apptest.Page
	for range keptPreviews + 1 {
		pages = append(pages, p.Get("/import").Attach("Calendar file (.ics)", "x.ics", read(t, "google.ics")).Click("Preview"))
	}
	if page := pages[0].Click("Add to my notes"); page.Status != 404 {
		t.Errorf("the first preview was kept: %d", page.Status)
	}
	pages[1].Click("Add to my notes").Want("There are 4 notes")
}
