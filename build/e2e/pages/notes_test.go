package pages

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// TestNotes_pages checks the pages of notes, and that a year with its notes is printed on
// one sheet of paper.
func TestNotes_pages(t *testing.T) {
	check := pagecheck.Fetch(t)
	url, tab := start(t, calendar), chrome.Start(t, pagecheck.Flags...)
	file := filepath.Join(t.TempDir(), "holidays.ics")
	if err := os.WriteFile(file, []byte(manyNotes()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []state{
		{"preview", url + "import?path=" + file, ""},
		{"imported", "", primary(".primary")},
		{"preview again", url + "import?path=" + file, ""},
		{"day", url + "day?date=2026-07-03", ""},
		{"day with an error", "", `document.forms[0].noValidate = true; ` + primary(".primary")},
		{"empty day", url + "day?date=2026-07-05", ""},
		{"note", url + "day?date=2026-07-03", primary("main li a")},
		{"search", url + "notes?q=tea", ""},
		{"notes", url + "notes", ""},
		{"import", url + "import", ""},
		{"import with an error", url + "import?path=/nowhere.ics", ""},
		{"year", url + "?year=2026", ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			s.show(t, tab)
			check.Page(tab, t, s.name)
		})
	}
	chrome.Do(t, tab, chromedp.EmulateViewport(1280, 900))
	for _, landscape := range []bool{false, true} {
		if n := bytes.Count(printed(t, tab, landscape), []byte("/Type /Page\n")); n != 1 {
			t.Errorf("the year is printed on %d sheets (landscape: %v), want 1", n, landscape)
		}
	}
}

// printed prints the page of a tab on A4, and returns the PDF.
func printed(t *testing.T, tab context.Context, landscape bool) []byte {
	t.Helper()
	return chrome.Read(t, tab, chromedp.Action[[]byte](func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		got, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{Landscape: &landscape, PaperWidth: 8.27, PaperHeight: 11.69})
		return got.Data, err
	}))
}

// manyNotes returns a calendar with notes on every third day of 2026, several on some.
func manyNotes() string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n")
	event := func(uid int, lines string) {
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\n%sEND:VEVENT\r\n", uid, lines)
	}
	for i := range 122 {
		day := time.Date(2026, 1, 1+3*i, 0, 0, 0, 0, time.UTC)
		event(i, "SUMMARY:Tea with Ada\r\nDTSTART:"+day.Format("20060102")+"T163000\r\nLOCATION:Garden\r\n")
	}
	event(1000, "SUMMARY:A birthday\r\nDTSTART;VALUE=DATE:19800703\r\nRRULE:FREQ=YEARLY\r\nDESCRIPTION:She likes roses\\nand no lilies\r\n")
	event(1001, "SUMMARY:Holidays in a place whose name is so long that a phone has no line for it\r\nDTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260720\r\n")
	event(1002, "SUMMARY:Pulse\r\nDTSTART:20260101T000000\r\nRRULE:FREQ=SECONDLY\r\n")
	return b.String() + "END:VCALENDAR\r\n"
}
