package calendar

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A diary is a Diary with these notes in each year, by day of the year.
type diary map[int][]string

func (diary) DayPage() string                            { return `day?a=1&date=` }
func (d diary) Notes(year int) (map[int][]string, error) { return d, nil }

// OnDay serves the pages for days.
func (diary) OnDay(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString(r.URL.Query().Get("date"))
	return err
}

func (diary) OnNotes(w *dibbler.Response, r *http.Request) error { return nil }

func startWith(t *testing.T, d Diary) *apptest.Program {
	t.Helper()
	c := onNewYearsEve()
	c.Diary = d
	return apptest.Start(t, app.App{Name: "Calendar", Plugins: []any{c, d}})
}

func TestDiary(t *testing.T) {
	p := startWith(t, diary{
		1:   {"Start"},
		59:  {"14:00 <b>Tea</b>", `"Cake"`},
		366: {"1", "2", "3", "4", "5", "6", "7"}, // 31 December of a leap year
	})
	for _, c := range []struct{ year, month, day, want string }{
		{"2003", "January", "1 January, 1 note", "2003-01-01"},
		{"2003", "January", "2 January", "2003-01-02"},
		{"2003", "February", "28 February, 2 notes", "2003-02-28"},
		{"2003", "December", "31 December", "2003-12-31"},
		{"2004", "December", "31 December, 7 notes", "2004-12-31"},
		{"1", "March", "1 March", "0001-03-01"},
		{"9999", "December", "31 December", "9999-12-31"},
	} {
		if got := p.Get("/?year=" + c.year).In(c.month).Click(c.day).HTML; got != c.want {
			t.Errorf("%s of %s leads to %s", c.day, c.year, got)
		}
	}
	page := p.Get("/?year=2004")
	expect(t, page, `class="(noted[^"]*)" title="([^"]*)"`, "noted Start", "noted several 14:00 &lt;b&gt;Tea&lt;/b&gt;\n&#34;Cake&#34;", "noted several 1\n2\n3\n4\n5\nand 2 more")
	if text := p.Get("/calendar.txt?year=2004").HTML; text != string(year(2004).text(monday)) {
		t.Error("the text has changed")
	}
	elements := parse(t, strings.SplitAfter(page.HTML, "</html>")[0])
	links := 0
	for _, e := range elements {
		if e.name == "a" && e.attr["aria-label"] != "" {
			links++
		}
	}
	if links != 366 {
		t.Errorf("%d days are links", links)
	}
}

// A badDiary cannot read its notes.
type badDiary struct{ diary }

func (badDiary) Notes(int) (map[int][]string, error) { return nil, errors.New("<paper> is wet") }

func TestDiary_unreadable(t *testing.T) {
	page := startWith(t, badDiary{}).Get("/")
	if got := page.Error(""); page.Status != http.StatusOK || got != "The notes are not shown. <paper> is wet" {
		t.Errorf("%d, %q", page.Status, got)
	}
	page.In("January").Click("1 January")
}
