package notes

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/app/notes/internal/ics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time in the tests.
var noon = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)

// tool returns the sample tool at noon.
func tool() (app.App, *Notes) {
	n := &Notes{now: func() time.Time { return noon }}
	return app.App{
		Name:    "Notes",
		Opens:   []app.Opens{{Ext: ".ics", MIME: "text/calendar", Title: "Calendar file"}},
		Plugins: []any{&calendar.Calendar{Diary: n}, n},
	}, n
}

func start(t *testing.T, args ...string) (*apptest.Program, *Notes) {
	t.Helper()
	a, n := tool()
	return apptest.Start(t, a, args...), n
}

// write adds a note to a day, and returns the next page.
func write(p *apptest.Program, day, text string) *apptest.Page {
	return p.Get("/day?date="+day).Fill("Note", text).Click("Add")
}

func TestDay(t *testing.T) {
	p, _ := start(t)
	page := p.Get("/?year=2026").In("July").Click("3 July")
	page.Want("Friday, 3 July 2026", "There are no notes for this day.")
	page = page.Fill("Note", "  Dentist <b>  ").Fill("Time", "14:30").Fill("Details", "Bring\r\nthe card").Click("Add")
	page.Want("“Dentist <b>” was added.", "14:30 Dentist <b>", "Bring the card")
	if page.Value("Note") != "" {
		t.Error("the form is not empty")
	}
	page.Click("Next day").Want("4 July").Click("Previous day").Want("Dentist")
	page.Fill("Note", "Swim").Click("Add")
	year := p.Get("/?year=2026")
	day := year.In("July").Click("3 July, 2 notes")
	day.Want("Swim", "Dentist")
	if !strings.Contains(year.HTML, `title="Swim&#10;14:30 Dentist`) && !strings.Contains(year.HTML, "title=\"Swim\n14:30 Dentist &lt;b&gt;\"") {
		t.Error("the link of the day does not have its notes")
	}
	skip, last, end := strings.Index(year.HTML, `href="#end">Skip the days</a>`), strings.LastIndex(year.HTML, "</table>"), strings.Index(year.HTML, `id="end"`)
	if skip < 0 || skip > strings.Index(year.HTML, "<table") || end < last {
		t.Error("no link before the days skips all of them")
	}
}

func TestDay_yearly(t *testing.T) {
	p, _ := start(t)
	p.Get("/day?date=1815-12-10").Fill("Note", "Ada Lovelace").Check("Every year", true).Click("Add").Want("Ada Lovelace every year")
	p.Get("/?year=2026").In("December").Click("10 December, 1 note").Want("Ada Lovelace")
	p.Get("/?year=9999").In("December").Click("10 December, 1 note").Want("Ada Lovelace")
}

func TestDay_errors(t *testing.T) {
	p, _ := start(t)
	page := p.Get("/day?date=2026-07-03")
	for _, c := range []struct{ label, value, want string }{
		{"Note", "", "Fill this in."},
		{"Note", "   ", "Fill this in."},
		{"Note", strings.Repeat("x", 501), "Enter at most 500 characters. The details can be longer."},
		{"Time", "25:00", "Enter a time such as 14:30, or leave this empty."},
		{"Details", strings.Repeat("x", 20_001), "Enter at most 20000 characters."},
	} {
		page.Fill("Note", "x").Fill("Time", "10:00").Fill("Details", "y")
		got := page.Fill(c.label, c.value).Click("Add")
		if got.Status != 422 || got.Error(c.label) != c.want {
			t.Errorf("%s %.10q: %d, %q, want %q", c.label, c.value, got.Status, got.Error(c.label), c.want)
		}
		if got.Value(c.label) != c.value {
			t.Errorf("%s: the typed text is gone", c.label)
		}
	}
	p.Get("/day?date=2026-07-03").Want("There are no notes")
	for _, date := range []string{"2026-02-30", "x", "0000-01-01", "10000-01-01"} {
		if page := p.Get("/day?date=" + date); page.Status != 404 {
			t.Errorf("%s: status %d", date, page.Status)
		}
	}
	for date, links := range map[string][2]bool{"0001-01-01": {false, true}, "9999-12-31": {true, false}} {
		page := p.Get("/day?date=" + date)
		for i, link := range []string{"Previous day", "Next day"} {
			if page.Status != 200 || strings.Contains(page.Text(), link) != links[i] {
				t.Errorf("%s: status %d, the link %s should exist only if there is such a day", date, page.Status, link)
			}
		}
	}
}

func TestNote(t *testing.T) {
	p, _ := start(t)
	page := write(p, "2026-07-03", "Dentist").Click("Dentist")
	if got := page.Value("Day"); got != "2026-07-03" {
		t.Errorf("the day is %q", got)
	}
	page = page.Fill("Note", "Doctor").Fill("Day", "2026-07-06").Fill("Time", "09:15").Check("Every year", true).Click("Save")
	page.Want("Monday, 6 July 2026", "“Doctor” was changed.", "09:15 Doctor every year")
	form := page.Click("09:15 Doctor")
	if form.Value("Time") != "09:15" || form.Value("Every year") != "true" {
		t.Errorf("the form has %q, %q", form.Value("Time"), form.Value("Every year"))
	}
	page = page.Click("Undo")
	page.Want("Undone: “Doctor” was changed.", "There are no notes")
	p.Get("/day?date=2026-07-03").Want("Dentist")
	page = page.Click("Undo")
	page.Want("“Doctor” was changed.", "09:15 Doctor every year")
	page = page.Click("09:15 Doctor").Click("Delete on all days")
	page.Want("“Doctor” was deleted.", "There are no notes")
	page.Click("Undo").Want("Doctor")
	if gone := page.Click("Undo"); gone.Status != 409 {
		t.Errorf("undone twice: %d", gone.Status)
	}
}

// A note of another program with long texts, which a page truncates, can be moved.
func TestNote_long(t *testing.T) {
	p, n := start(t)
	text := strings.Repeat("x", 501)
	details := strings.Repeat("y\\n", 10_000) + strings.Repeat("z", 10_000)
	file := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260703\r\nSUMMARY:" + text + "\r\nDESCRIPTION:" + details + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	if err := os.WriteFile(n.store.Path(), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Get("/day?date=2026-07-03").Click(text).Fill("Day", "2026-07-04").Click("Save").Want("Saturday, 4 July 2026", text)
	if saved, err := os.ReadFile(n.store.Path()); err != nil || !strings.Contains(string(saved), details) {
		t.Errorf("%v, the details have changed", err)
	}
	page := p.Get("/day?date=2026-07-04").Click(text).Fill("Note", text+"x").Click("Save")
	if got := page.Error("Note"); got != "Enter at most 500 characters. The details can be longer." {
		t.Errorf("another long text: %q", got)
	}
}

// Undo does not redirect to another site.
func TestNote_undoElsewhere(t *testing.T) {
	p, _ := start(t)
	_, id, _ := strings.Cut(write(p, "2026-07-03", "Dentist").Path, "done=")
	form := url.Values{"id": {id}, "page": {"//example.org/"}}
	r, err := http.NewRequest(http.MethodPost, "/notes/undo", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if page := p.Do(r); page.Status != http.StatusOK || !strings.HasPrefix(page.Path, "/notes?") {
		t.Errorf("%d, %s", page.Status, page.Path)
	}
}

// Two tabs, or two programs, change the same note.
func TestNote_changedElsewhere(t *testing.T) {
	p, _ := start(t)
	page := write(p, "2026-07-03", "Dentist")
	one, other := page.Click("Dentist"), page.Click("Dentist")
	one.Fill("Note", "Doctor").Click("Save")
	again := other.Fill("Note", "Surgeon").Click("Save")
	if got := again.Error(""); !strings.HasPrefix(got, "This note was changed elsewhere") || again.Value("Note") != "Surgeon" {
		t.Errorf("%q, and the field has %q", got, again.Value("Note"))
	}
	p.Get("/day?date=2026-07-03").Want("Doctor")
	again.Click("Save").Want("Surgeon")
	form := p.Get("/day?date=2026-07-03").Click("Surgeon")
	form.Click("Delete")
	gone := form.Fill("Note", "Doctor").Fill("Details", "at nine").Click("Save")
	if got := gone.Error(""); gone.Status != 404 || !strings.HasPrefix(got, "This note no longer exists.") || gone.Value("Note") != "Doctor" {
		t.Errorf("saved after it was deleted: %d, %q, and the field has %q", gone.Status, got, gone.Value("Note"))
	}
	gone.Click("Add").Want("Friday, 3 July 2026", "“Doctor” was added.", "at nine")
	if page := form.Click("Delete"); page.Status != 404 {
		t.Errorf("deleted twice: %d", page.Status)
	}
}

// If a change cannot be saved, the page shows the reason, not a conflict, and a form keeps
// the typed text.
func TestNote_unwritable(t *testing.T) {
	p, n := start(t)
	page := write(p, "2026-07-03", "Dentist")
	form := page.Click("Dentist").Fill("Note", "Doctor")
	if err := os.Chmod(n.store.Path(), 0o400); err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct {
		page   *apptest.Page
		button string
	}{{form, "Save"}, {form, "Delete"}, {page, "Undo"}, {page.Fill("Note", "Doctor"), "Add"}} {
		if got := change.page.Click(change.button); got.Status != 500 || !strings.Contains(got.Text(), "This was not saved: ") || !strings.Contains(got.Text(), "notes.ics is read-only") || strings.Contains(got.Text(), "send the author") {
			t.Errorf("%s: %d\n%s", change.button, got.Status, got.Text())
		} else if change.button == "Save" || change.button == "Add" {
			if typed := got.Value("Note"); typed != "Doctor" || got.Error("") == "" {
				t.Errorf("%s: the form has %q, and the error %q", change.button, typed, got.Error(""))
			}
		}
	}
	if err := os.Chmod(n.store.Path(), 0o600); err != nil {
		t.Fatal(err)
	}
	form.Click("Save").Want("Doctor")
}

func TestNotes(t *testing.T) {
	p, _ := start(t)
	p.Get("/notes").Want("There are 0 notes", "There are no notes for these days.")
	write(p, "2026-11-30", "Dentist")
	write(p, "2027-01-15", "Dentist again")
	write(p, "2020-01-01", "Old dentist")
	p.Get("/day?date=1980-12-24").Fill("Note", "Birthday of the dentist").Fill("Details", "MÜNCHEN").Check("Every year", true).Click("Add")
	page := p.Get("/notes")
	page.Want("There are 4 notes", "Monday, 30 November 2026\nDentist", "Thursday, 24 December 2026\nBirthday of the dentist every year")
	if strings.Contains(page.Text(), "again") || strings.Contains(page.Text(), "Old") {
		t.Errorf("%s", page.Text())
	}
	found := page.Fill("Search", "DENTIST").Click("Search")
	var order []int
	for _, text := range []string{"30 November 2026: Dentist", "24 December 2026: Birthday", "15 January 2027: Dentist again", "1 January 2020: Old dentist"} {
		found.Want(text)
		order = append(order, strings.Index(found.Text(), text))
	}
	if !slices.IsSorted(order) {
		t.Errorf("the order is wrong:\n%s", found.Text())
	}
	page.Fill("Search", "dentist münchen").Click("Search").Want("24 December 2026").Click("Thursday, 24 December 2026").Want("Birthday")
	canceled := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Dentist, canceled\nSTATUS:CANCELLED\nDTSTART:20261201\nEND:VEVENT\nEND:VCALENDAR\n"
	p.Get("/import").Attach("Calendar file (.ics)", "x.ics", canceled).Click("Preview").Click("Add to my notes")
	if found := page.Fill("Search", "dentist").Click("Search"); strings.Contains(found.Text(), "canceled") {
		t.Errorf("a canceled note is found:\n%s", found.Text())
	}
	page.Fill("Search", "<nothing>").Click("Search").Want("No notes with “<nothing>”")
}

func TestTray(t *testing.T) {
	a, _ := tool()
	p := apptest.Start(t, a)
	if got := p.Tooltip(); strings.Count(got, "\n") > 3 {
		t.Errorf("the tooltip is %q", got)
	}
	for _, text := range []string{"One", "Two", "Three", "Four"} {
		write(p, "2026-11-28", text)
	}
	p.Get("/day").Fill("Note", "Early").Fill("Time", "08:00").Click("Add")
	want := "Four\nOne\nThree\nand 2 more"
	if got := p.Tooltip(); !strings.Contains(got, want) {
		t.Errorf("the tooltip is %q, want %q in it", got, want)
	}
	p.Choose("Today's notes")
	if got := p.Opened(); got[len(got)-1] != "/day" {
		t.Errorf("opened %q", got)
	}
	if p.Notices() != nil {
		t.Errorf("notices, although the settings do not ask for them: %v", p.Notices())
	}
	again, _ := tool()
	p = p.Restart(again)
	p.WaitFor("today's notes in the tooltip", func() bool { return strings.Contains(p.Tooltip(), want) })
}

func TestMorning(t *testing.T) {
	a, n := tool()
	var now atomic.Pointer[time.Time]
	yesterday := noon.AddDate(0, 0, -1)
	now.Store(&yesterday)
	n.now = func() time.Time { return *now.Load() }
	p := apptest.Start(t, a)
	p.Get("/app.settings").Fill("Notice with today's notes", "08:00").Click("Save")
	settings := p.Get("/app.settings")
	now.Store(&noon)
	p.Tooltip() // as every hour; saves that there was a notice today
	settings.Fill("Notice with today's notes", "07:00").Click("Save")
	if got := p.Get("/app.settings").Value("Notice with today's notes"); got != "07:00" {
		t.Errorf("the setting is %s, want 07:00", got)
	}
	write(p, "2026-11-29", "Dentist")
	p.Get("/day?date=2026-11-30").Fill("Note", "Tea").Fill("Time", "16:00").Click("Add")
	write(p, "2026-11-30", "Cake")
	for _, c := range []struct {
		at   string
		want []app.Notice
	}{
		{"2026-11-28 13:00", nil},
		{"2026-11-29 06:59", nil},
		{"2026-11-29 07:00", []app.Notice{{Title: "A note for today", Text: "Dentist", Page: "/day"}}},
		{"2026-11-29 09:00", nil},
		{"2026-11-30 11:00", []app.Notice{{Title: "2 notes for today", Text: "Cake\n16:00 Tea", Page: "/day"}}},
		{"2026-12-01 08:00", nil},
	} {
		before := len(p.Notices())
		at, err := time.Parse("2006-01-02 15:04", c.at)
		if err != nil {
			t.Fatal(err)
		}
		now.Store(&at)
		p.Tooltip() // as every hour
		if got := p.Notices()[before:]; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.at, got, c.want)
		}
	}
	again, m := tool()
	m.now = func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }
	p = p.Restart(again)
	p.Get("/day").Fill("Note", "Late").Click("Add")
	p.Tooltip()
	if got := p.Notices(); got != nil {
		t.Errorf("a second notice on one day: %v", got)
	}
}

func TestNotes_damaged(t *testing.T) {
	p, n := start(t)
	write(p, "2026-11-28", "Dentist")
	write(p, "2026-11-28", "Doctor")
	if err := os.WriteFile(n.store.Path(), []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	year := p.Get("/?year=2026")
	if got := year.Error(""); year.Status != 200 || !strings.HasPrefix(got, "The notes are not shown. The file ") || !strings.Contains(got, "notes.ics cannot be read: it ends early: END:VEVENT is missing") {
		t.Errorf("the calendar has status %d, and says %q", year.Status, got)
	}
	for _, path := range []string{"/day", "/notes", "/notes.ics"} {
		if page := p.Get(path); page.Status != 500 || !strings.Contains(page.Text(), "Repair it, or replace it with notes.ics.backup") || strings.Contains(page.Text(), "send the author") {
			t.Errorf("%s: %d\n%s", path, page.Status, page.Text())
		}
	}
	if got := p.Tooltip(); !strings.Contains(got, "The notes cannot be read") {
		t.Errorf("the tooltip is %q", got)
	}
}

// The page shows events that this program cannot read, and the file keeps them.
func TestNotes_unreadable(t *testing.T) {
	p, n := start(t)
	write(p, "2026-11-28", "Dentist")
	text, err := os.ReadFile(n.store.Path())
	if err != nil {
		t.Fatal(err)
	}
	const strange = "BEGIN:VEVENT\r\nUID:s\r\nSUMMARY:Pulse\r\nDTSTART:20260101T000000\r\nRRULE:FREQ=SECONDLY\r\nX-A:1\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n"
	if err := os.WriteFile(n.store.Path(), []byte(strings.Replace(string(text), "END:VCALENDAR", strange+"END:VCALENDAR", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Get("/notes").Want("Pulse: it repeats more than once a day", "1 × VTODO")
	write(p, "2026-11-28", "Doctor")
	const textless = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20261128\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	p.Get("/import").Attach("Calendar file (.ics)", "x.ics", textless).Click("Preview").Click("Add to my notes")
	p.Get("/day").Click("(without text)").Click("Delete").Want("“(without text)” was deleted.")
	if text, err := os.ReadFile(n.store.Path()); err != nil || !strings.Contains(string(text), strange) {
		t.Errorf("the event is gone: %v\n%s", err, text)
	}
}

func TestExport(t *testing.T) {
	p, n := start(t)
	write(p, "2026-11-28", "Dentist")
	write(p, "2025-11-28", "Doctor")
	all := p.Get("/notes").Click("Export all")
	text, err := os.ReadFile(n.store.Path())
	if err != nil || all.HTML != string(text) {
		t.Errorf("%v, the export differs from the file", err)
	}
	if got := all.Header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
		t.Errorf("Content-Type %s", got)
	}
	year := p.Get("/notes").Click("Export 2026")
	if got := year.Header.Get("Content-Disposition"); got != `attachment; filename="notes-2026.ics"` {
		t.Errorf("Content-Disposition %s", got)
	}
	if f, err := ics.Parse(year.HTML); err != nil || len(f.Events()) != 1 || f.Events()[0].Text != "Dentist" {
		t.Errorf("%v\n%s", err, year.HTML)
	}
	if page := p.Get("/notes.ics?year=10000"); page.Status != 400 {
		t.Errorf("the year 10000: %d", page.Status)
	}
}

// calendarFile writes a calendar file, and returns its path.
func calendarFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my & holidays.ics")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
