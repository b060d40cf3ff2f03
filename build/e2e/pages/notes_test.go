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
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// body returns the text of the page in a tab.
func body(t *testing.T, tab context.Context) string {
	t.Helper()
	return read(t, tab, chromedp.Evaluate[string](`document.body.innerText`))
}

func wantOn(t *testing.T, tab context.Context, texts ...string) {
	t.Helper()
	got := body(t, tab)
	for _, want := range texts {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the page:\n%s", want, got)
		}
	}
}

// press presses keys one after the other, of which the last leads to another page.
func press(t *testing.T, tab context.Context, keys ...string) {
	t.Helper()
	for _, key := range keys[:len(keys)-1] {
		do(t, tab, chromedp.KeyEvent(key))
	}
	if _, err := chromedp.RunResponse(tab, chromedp.KeyEvent(keys[len(keys)-1])); err != nil {
		t.Fatal(err)
	}
}

// focus presses the Tab key until the focused element has this text, name or label.
func focus(t *testing.T, tab context.Context, name string) {
	t.Helper()
	for range 500 {
		do(t, tab, chromedp.KeyEvent(kb.Tab))
		is := read(t, tab, chromedp.Evaluate[[]string](`(({activeElement: e}) => [e.ariaLabel ?? "", e.innerText ?? "", e.name ?? ""])(document)`))
		if is[0] == name || is[1] == name || is[2] == name {
			return
		}
	}
	t.Fatalf("the Tab key does not reach %q", name)
}

// TestNotes writes down a note, changes it, deletes it and undoes that, with the
// keys alone.
func TestNotes(t *testing.T) {
	url, tab := start(t), chrome.Start(t)
	do(t, tab, chromedp.Navigate(url+"?year=2026"))
	focus(t, tab, "Skip the days")
	press(t, tab, kb.Enter, kb.Tab, kb.Enter) // the first link after the days
	if got := read(t, tab, chromedp.Evaluate[string](`location.pathname`)); got != "/calendar.txt" {
		t.Errorf("after the days is %s", got)
	}
	do(t, tab, chromedp.Navigate(url+"?year=2026"))
	focus(t, tab, "3 July")
	press(t, tab, kb.Enter)
	wantOn(t, tab, "Friday, 3 July 2026")
	focus(t, tab, "text")
	press(t, tab, "Dentist", kb.Enter)
	wantOn(t, tab, "“Dentist” was added.")
	focus(t, tab, "Dentist")
	press(t, tab, kb.Enter)
	focus(t, tab, "text")
	press(t, tab, kb.End, " again", kb.Enter)
	wantOn(t, tab, "“Dentist again” was changed.")
	focus(t, tab, "Dentist again")
	press(t, tab, kb.Enter)
	focus(t, tab, "Delete")
	press(t, tab, kb.Enter)
	wantOn(t, tab, "“Dentist again” was deleted.", "Nothing is noted")
	focus(t, tab, "Undo")
	press(t, tab, kb.Enter)
	wantOn(t, tab, "Dentist again")
	do(t, tab, chromedp.Navigate(url+"?year=2026"))
	focus(t, tab, "3 July, 1 note")
}

// TestNotes_pages checks the pages of notes, and that a year with its notes fills one sheet
// of paper.
func TestNotes_pages(t *testing.T) {
	check := pagecheck.Fetch(t)
	home := t.TempDir()
	url, tab := startIn(t, home, program), chrome.Start(t, pagecheck.Flags...)
	file := filepath.Join(t.TempDir(), "holidays.ics")
	if err := os.WriteFile(file, []byte(manyNotes), 0o600); err != nil {
		t.Fatal(err)
	}
	do(t, tab, chromedp.Navigate(url+"import?path="+file))
	for _, p := range []struct{ name, url, script string }{
		{"preview", "", ""},
		{"imported", "", `document.querySelector(".primary").click()`},
		{"preview again", url + "import?path=" + file, ""},
		{"day", url + "day?date=2026-07-03", ""},
		{"day with an error", "", `document.forms[0].noValidate = true; document.querySelector(".primary").click()`},
		{"empty day", url + "day?date=2026-07-05", ""},
		{"note", url + "day?date=2026-07-03", `document.querySelector("main li a").click()`},
		{"search", url + "notes?q=tea", ""},
		{"notes", url + "notes", ""},
		{"import", url + "import", ""},
		{"import with an error", url + "import?path=/nowhere.ics", ""},
		{"year", url + "?year=2026", ""},
	} {
		t.Run(p.name, func(t *testing.T) {
			if p.url != "" {
				do(t, tab, chromedp.Navigate(p.url))
			}
			if p.script != "" {
				if _, err := chromedp.RunResponse(tab, run(p.script)); err != nil {
					t.Fatal(err)
				}
			}
			check.Page(tab, t, p.name)
		})
	}
	do(t, tab, chromedp.EmulateViewport(1280, 900))
	for _, landscape := range []bool{false, true} {
		if pdf := printed(t, tab, landscape); bytes.Count(pdf, []byte("/Type /Page\n")) != 1 {
			t.Errorf("printed on %d sheets, landscape: %v", bytes.Count(pdf, []byte("/Type /Page\n")), landscape)
		}
	}
}

// printed returns the page in a tab as it is printed on A4.
func printed(t *testing.T, tab context.Context, landscape bool) []byte {
	t.Helper()
	no := false
	pdf := read(t, tab, chromedp.Action[[]byte](func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		got, err := cdp.Call(ctx, target, page.PrintToPDF, page.PrintToPDFParams{Landscape: &landscape, PrintBackground: &no, PaperWidth: 8.27, PaperHeight: 11.69})
		return got.Data, err
	}))
	if dir := os.Getenv("DIBBLER_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("year-landscape-%v.pdf", landscape)), pdf, 0o600); err != nil {
			t.Error(err)
		}
	}
	return pdf
}

// manyNotes has notes on every third day of 2026, several on some.
var manyNotes = func() string {
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
}()
