package pages

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A cursor is the element that has the cursor.
type cursor struct {
	Name        string
	Label       string
	Description string // the texts of the elements that describe it
	Value       string
	Invalid     bool
}

const lookAtFocus = `(() => {
	const e = document.activeElement;
	return {
		Name: e.name ?? "",
		Label: [...(e.labels ?? [])].map(l => l.innerText).join(),
		Description: (e.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id).map(id => document.getElementById(id).innerText).join(" "),
		Value: e.type == "checkbox" ? String(e.checked) : e.value ?? "",
		Invalid: e.ariaInvalid == "true",
	};
})()`

// tabToLabel presses the tab key until the cursor is in the field with this label.
func tabToLabel(t *testing.T, tab context.Context, label string) cursor {
	t.Helper()
	for range 40 {
		do(t, tab, chromedp.KeyEvent(kb.Tab))
		if f := read(t, tab, chromedp.Evaluate[cursor](lookAtFocus)); f.Label == label {
			return f
		}
	}
	t.Fatalf("no field %q can be reached with the tab key", label)
	return cursor{}
}

// enter presses the Enter key, which sends the form, and waits for the page that comes.
func enter(t *testing.T, tab context.Context) {
	t.Helper()
	if _, err := chromedp.RunResponse(tab, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
}

// said is what the page tells whoever has sent a form.
func said(t *testing.T, tab context.Context, role string) string {
	t.Helper()
	return read(t, tab, chromedp.Text(chromedp.CSS("[role="+role+"]")))
}

// An owner changes the settings of two plug-ins with the keyboard.
func TestSettings(t *testing.T) {
	home := t.TempDir()
	_, url := tool.StartIn(t, home, preferences)
	tab := chrome.Start(t)
	do(t, tab, chromedp.Navigate(url+"app.settings"))
	chrome.Screenshot(tab, t, "fresh")

	if f := tabToLabel(t, tab, "Minutes"); f.Value != "4" || f.Description != "How long the tea draws, from 1 to 10." {
		t.Errorf("the field is %+v", f)
	}
	do(t, tab, chromedp.KeyEvent("a", chromedp.KeyModifiers(2)), chromedp.KeyEvent("11")) // Ctrl-A
	tabToLabel(t, tab, "Sound")
	do(t, tab, chromedp.KeyEvent(kb.ArrowUp))
	tabToLabel(t, tab, "Play it loud")
	do(t, tab, chromedp.KeyEvent(" "))
	tabToLabel(t, tab, "Remind me after")
	enter(t, tab)
	if text := said(t, tab, "alert"); text != "Timer: nothing was saved. Please correct:\nMinutes: Enter 1 to 10." {
		t.Errorf("the page says %q", text)
	}
	f := read(t, tab, chromedp.Evaluate[cursor](lookAtFocus))
	if want := (cursor{"Minutes", "Minutes", "Enter 1 to 10. How long the tea draws, from 1 to 10.", "11", true}); f != want {
		t.Errorf("the cursor is in %+v, want %+v", f, want)
	}
	chrome.Screenshot(tab, t, "error")
	do(t, tab, chrome.Dark, chrome.Phone)
	chrome.Screenshot(tab, t, "error-phone")
	if read(t, tab, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)) {
		t.Error("the page is wider than a phone")
	}
	do(t, tab, chrome.Light, chromedp.ResetViewport())

	do(t, tab, chromedp.KeyEvent("a", chromedp.KeyModifiers(2)), chromedp.KeyEvent("7"))
	enter(t, tab)
	if text := said(t, tab, "status"); text != "Timer: saved." {
		t.Errorf("the page says %q", text)
	}
	for label, want := range map[string]string{"Minutes": "7", "Sound": "bell", "Play it loud": "true", "Remind me after": "5m", "Warn above": "19.99"} {
		if f := tabToLabel(t, tab, label); f.Value != want || f.Invalid {
			t.Errorf("the field is %+v, want %s", f, want)
		}
	}
	saved, err := os.ReadFile(savedFile(t, home, "timer"))
	var prefs map[string]any
	if err := json.Unmarshal(saved, &prefs); err != nil || prefs["minutes"] != 7.0 || prefs["sound"] != "bell" || prefs["loud"] != true {
		t.Errorf("the file holds %s, %v", saved, err)
	}
	if err != nil {
		t.Error(err)
	}
}

// savedFile is the file of a section, somewhere in the home.
func savedFile(t *testing.T, home, name string) (path string) {
	t.Helper()
	filepath.WalkDir(home, func(p string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(p, string(filepath.Separator)+name+".json") {
			path = p
		}
		return nil
	})
	return path
}
