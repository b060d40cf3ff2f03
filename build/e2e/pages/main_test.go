// Package pages tests the pages of the program and of tools in a real browser.
package pages

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The built programs: the calendar, a tool whose pages have many layouts, one that shows
// the style sheet, one with sections on the settings page, and one that brings the
// program's own pages into each of their states.
var calendar, layouts, gallery, preferences, states string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{
		&calendar:    "../../..",
		&layouts:     "internal/layouts",
		&gallery:     "../../../app/gallery",
		&preferences: "internal/preferences",
		&states:      "internal/states",
	})
}

// start runs a program until the test ends, and returns the address of its pages.
func start(t *testing.T, program string) (url string) {
	t.Helper()
	_, url = tool.StartIn(t, t.TempDir(), program)
	return url
}

// focus presses the Tab key until the element with this label, text or name has the focus.
func focus(t *testing.T, tab context.Context, name string) {
	t.Helper()
	reached := fmt.Sprintf(`(e => [e.name, e.innerText, ...[...e.labels ?? []].map(l => l.innerText)].includes(%q))(document.activeElement)`, name)
	for range 100 {
		chrome.Do(t, tab, chromedp.KeyEvent(kb.Tab))
		if chrome.Eval[bool](t, tab, reached) {
			return
		}
	}
	t.Fatalf("the Tab key does not reach %q", name)
}

// enter presses the Enter key, and waits for the page that it loads.
func enter(t *testing.T, tab context.Context) {
	t.Helper()
	if _, err := chromedp.RunResponse(tab, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
}

// schemes are the colours that a person can prefer.
var schemes = map[string]chromedp.Action[chromedp.Void]{"light": chrome.Light, "dark": chrome.Dark}
