package pages

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// A field is a field of a form as a person sees or hears it.
type field struct {
	Name        string
	Description string
	Value       string
	Invalid     bool
}

// focused is a script that returns the field that has the focus.
const focused = `(e => ({
	Name: e.name,
	Description: (e.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id).map(id => document.getElementById(id).innerText).join(" "),
	Value: e.type == "checkbox" ? String(e.checked) : e.value,
	Invalid: e.ariaInvalid == "true",
}))(document.activeElement)`

// TestSettings changes the settings of a plug-in with the keyboard. The first values are
// refused.
func TestSettings(t *testing.T) {
	url, tab := start(t, preferences), chrome.Start(t)
	chrome.Do(t, tab, chromedp.Navigate(url+"app.settings"))
	expect := func(want field) {
		t.Helper()
		if got := chrome.Eval[field](t, tab, focused); got != want {
			t.Errorf("the field with the focus is %+v, want %+v", got, want)
		}
	}
	says := func(role, want string) {
		t.Helper()
		if got := chrome.Read(t, tab, chromedp.Text(chromedp.CSS("[role="+role+"]"))); got != want {
			t.Errorf("the page says %q, want %q", got, want)
		}
	}
	write := func(text string) {
		t.Helper()
		const ctrl = 2
		chrome.Do(t, tab, chromedp.KeyEvent("a", chromedp.KeyModifiers(ctrl)), chromedp.KeyEvent(text))
	}
	const help = "How long the tea draws, from 1 to 10."
	focus(t, tab, "Minutes")
	expect(field{"Minutes", help, "4", false})
	write("11")
	focus(t, tab, "Sound")
	chrome.Do(t, tab, chromedp.KeyEvent(kb.ArrowUp))
	focus(t, tab, "Play it loud")
	chrome.Do(t, tab, chromedp.KeyEvent(" "))
	focus(t, tab, "Remind me after")
	enter(t, tab)
	says("alert", "Timer: nothing was saved. Please correct:\nMinutes: Enter 1 to 10.")
	expect(field{"Minutes", "Enter 1 to 10. " + help, "11", true})
	write("7")
	enter(t, tab)
	says("status", "Timer: saved.")
	focus(t, tab, "Minutes")
	expect(field{"Minutes", help, "7", false})
	focus(t, tab, "Sound")
	expect(field{"Sound", "", "bell", false})
	focus(t, tab, "Play it loud")
	expect(field{"Loud", "Through all loudspeakers.", "true", false})
}
