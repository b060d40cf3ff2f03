// Package pages looks at the pages of the program in a real browser.
package pages

import (
	"context"
	"testing"

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

// Somebody without a mouse looks up a year.
func TestCalendar_keyboard(t *testing.T) {
	url, ctx := start(t), chrome.Start(t)
	do(t, ctx, chromedp.Navigate(url))
	tabTo(t, ctx, "year")
	// A field that the Tab key reaches is selected: typing replaces what is in it.
	do(t, ctx, chromedp.KeyEvent("2003"))
	enter(t, ctx)
	if got := read(t, ctx, chromedp.Evaluate[string](`document.querySelector("h1").innerText + document.querySelectorAll("main table").length`)); got != "200312" {
		t.Errorf("the heading and the number of months are %s", got)
	}
	chrome.Screenshot(ctx, t, "2003")
}

// TestCalendar_badYear shows that the form comes back with what was typed, the cursor in the field,
// and the error for those who hear the page, too.
func TestCalendar_badYear(t *testing.T) {
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
