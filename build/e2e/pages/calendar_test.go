// Package pages looks at the pages of the program in a real browser.
package pages

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The programs that the tests start, once built: the root module, a tool whose pages
// are laid out in many ways, one that shows the style sheet, an author's first one, and
// one with sections on the settings page.
var program, layouts, gallery, preferences, states string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{
		&program:     "../../..",
		&layouts:     "internal/layouts",
		&gallery:     "../../../app/gallery",
		&preferences: "internal/preferences",
		&states:      "internal/states",
	})
}

// start runs the calendar until the test ends, and returns where its pages are.
func start(t *testing.T) (url string) {
	t.Helper()
	return startProgram(t, program)
}

func startProgram(t *testing.T, program string) (url string) {
	t.Helper()
	return startIn(t, t.TempDir(), program)
}

// startIn is like startProgram, with a home folder.
func startIn(t *testing.T, home, program string) (url string) {
	t.Helper()
	_, url = tool.StartIn(t, home, program)
	return url
}

// do works in a tab.
func do(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// read gets something out of a tab.
func read[T any](t *testing.T, tab context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(tab, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// shown is what the page shows of a year.
type shown struct {
	Heading string
	Months  int    // tables
	Days    int    // cells with a number
	Today   string // the cell marked as today, or ""
	Typing  string // in the field for the year
}

func look(t *testing.T, ctx context.Context) shown {
	t.Helper()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[shown](`({
		Heading: document.querySelector("h1").innerText,
		Months: document.querySelectorAll("main table").length,
		Days: [...document.querySelectorAll("main td")].filter(td => td.innerText.trim() != "").length,
		Today: document.querySelector("[aria-current=date]")?.innerText ?? "",
		Typing: document.querySelector("input[name=year]").value,
	})`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// calendarOf is what the page is to show of the year that a day is in.
func calendarOf(day time.Time) shown {
	year := strconv.Itoa(day.Year())
	days := time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	return shown{Heading: year, Months: 12, Days: days, Today: strconv.Itoa(day.Day()), Typing: year}
}

func TestCalendarShowsThisYear(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	before := calendarOf(time.Now())
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	after := calendarOf(time.Now()) // another day at midnight
	if got := look(t, ctx); got != before && got != after {
		t.Errorf("page shows %+v, want %+v", got, after)
	}
	chrome.Screenshot(ctx, t, "wide")
}

func TestYearByKeyboardAlone(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	tabTo(t, ctx, "year")
	// A field that the Tab key reaches is selected: typing replaces what is in it.
	if err := chromedp.Do(ctx, chromedp.KeyEvent("2003")); err != nil {
		t.Fatal(err)
	}
	response, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(kb.Enter))
	if err != nil {
		t.Fatal(err)
	}
	if response.Status != 200 {
		t.Errorf("status %d of %s", response.Status, response.URL)
	}
	want := shown{Heading: "2003", Months: 12, Days: 365, Typing: "2003"}
	if got := look(t, ctx); got != want {
		t.Errorf("page shows %+v, want %+v", got, want)
	}
	chrome.Screenshot(ctx, t, "2003")
}

// TestBadYear shows that the form comes back with what was typed, the cursor in the field,
// and the error for those who hear the page, too.
func TestBadYear(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	response, err := chromedp.RunResponse(ctx, chromedp.Navigate(url+"?year=10000&first=6"))
	if err != nil {
		t.Fatal(err)
	}
	if response.Status != 422 {
		t.Errorf("status %d", response.Status)
	}
	type field struct{ Name, Value, Invalid, Description string }
	got := read(t, ctx, chromedp.Evaluate[field](`(({activeElement: f}) => ({
		Name: f.name, Value: f.value, Invalid: f.ariaInvalid,
		Description: document.getElementById(f.getAttribute("aria-describedby")).innerText,
	}))(document)`))
	if want := (field{"year", "10000", "true", "Enter a year from 1 to 9999."}); got != want {
		t.Errorf("the field with the cursor is %+v, want %+v", got, want)
	}
	chrome.Screenshot(ctx, t, "bad year")
}

// tabTo presses the Tab key until the form's field with this name has the focus.
func tabTo(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	for range 50 {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
		focused, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.activeElement.name ?? ""`))
		if err != nil {
			t.Fatal(err)
		}
		if focused == name {
			return
		}
	}
	t.Fatalf("the Tab key does not reach the field %q", name)
}

// schemes are the colours that a person can prefer.
var schemes = []struct {
	name  string
	apply chromedp.Action[chromedp.Void]
}{{"light", chrome.Light}, {"dark", chrome.Dark}}

func TestCalendarFitsAPhone(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	for _, scheme := range schemes {
		t.Run(scheme.name, func(t *testing.T) {
			if err := chromedp.Do(ctx, chrome.Phone, scheme.apply, chromedp.Navigate(url)); err != nil {
				t.Fatal(err)
			}
			type size struct{ Page, Screen, Letters int }
			got, err := chromedp.Run(ctx, chromedp.Evaluate[size](`({
				Page: document.documentElement.scrollWidth,
				Screen: innerWidth,
				Letters: parseInt(getComputedStyle(document.querySelector("td")).fontSize),
			})`))
			if err != nil {
				t.Fatal(err)
			}
			if got.Page > got.Screen || got.Screen != 390 || got.Letters < 12 {
				t.Errorf("page has %d of the phone's %d points, letters have %d", got.Page, got.Screen, got.Letters)
			}
			chrome.Screenshot(ctx, t, "phone")
		})
	}
}

func TestDarkIsDark(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	for _, scheme := range []struct {
		apply chromedp.Action[chromedp.Void]
		dark  bool
	}{{chrome.Light, false}, {chrome.Dark, true}} {
		if err := chromedp.Do(ctx, scheme.apply, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
		css, err := chromedp.Run(ctx, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("h1")).color`))
		if err != nil {
			t.Fatal(err)
		}
		var r, g, b int
		if _, err := fmt.Sscanf(css, "rgb(%d, %d, %d)", &r, &g, &b); err != nil {
			t.Fatalf("text colour %q: %v", css, err)
		}
		if bright := r+g+b > 3*128; bright != scheme.dark {
			t.Errorf("text is %s, dark: %v", css, scheme.dark)
		}
	}
}
