package pick

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// noteOf is a script that returns the note below a field.
func noteOf(field string) string {
	return `document.getElementById(document.querySelector("[name=` + field + `]").getAttribute("aria-describedby").split(" ").at(-1)).textContent`
}

// focus is a script that returns the name or the label of the element that has the focus.
const focus = `document.activeElement.name || document.activeElement.ariaLabel || document.activeElement.textContent`

// TestField fills in fields for paths with the keyboard, and with the portal's dialog.
func TestField(t *testing.T) {
	check := pagecheck.Fetch(t)
	c := start(t, "gtk portal")
	c.create("c.txt")
	tab := chrome.Start(t, "--hide-scrollbars")
	do := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		chrome.Do(t, tab, steps...)
	}
	is := func(script, want string) {
		t.Helper()
		desktop.Await(t, script+" to be "+want, func() bool {
			got, err := chromedp.Run(tab, chromedp.Evaluate[string]("String("+script+")"))
			return err == nil && got == want
		})
	}
	do(chromedp.Navigate(c.URL))
	is(`document.querySelectorAll("button.app-pick").length`, "3")

	do(chromedp.KeyEvent(kb.Tab))
	is(focus, "folder")
	folder := c.file("plans")
	for _, name := range []string{"work", "holidays"} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c.d.Write(filepath.Join(folder, "now.ics"), "", 0o600)
	do(chromedp.KeyEvent(strings.TrimSuffix(folder, "s")))
	is(noteOf("folder"), "There is no such folder.")
	is(`document.activeElement.ariaInvalid`, "null") // it is not complete yet
	do(chromedp.KeyEvent("s"))
	is(noteOf("folder"), "1 file and 2 folders.")
	do(chromedp.KeyEvent(kb.Tab))
	is(focus, "Choose… Folder")
	do(chrome.Run(`document.querySelector("[name=folder]").dispatchEvent(new Event("change"))`), chromedp.KeyEvent(kb.Enter))
	w := c.window("Folder")
	is(noteOf("folder"), "Choose in the dialog. It may be behind this window.") // despite the check that was under way
	c.d.Screenshot("dialog")
	w.click(140, 25) // Cancel
	is(noteOf("folder"), "1 file and 2 folders.")
	is(focus, "Choose… Folder")

	do(chromedp.KeyEvent(kb.Tab))
	is(focus, "file")
	do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "))
	w = c.window("Calendar")
	w.writeExisting("a+b c.ics", "ctrl+l")
	w.press("Return")
	is(`document.querySelector("[name=file]").value`, c.file("a+b c.ics"))
	is(noteOf("file"), "A file of 5 bytes.")
	is(focus, "file")

	do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	is(focus, "save")
	do(chromedp.KeyEvent("~/c.txt"), chromedp.KeyEvent(kb.Tab))
	is(noteOf("save"), "This file exists and will be replaced.")
	check.Page(tab, t, "filled")
	do(chromedp.KeyEvent(kb.Enter))
	c.window("Report")
	if _, err := chromedp.RunResponse(tab, chromedp.Reload()); err != nil { // which leaves the page
		t.Fatal(err)
	}
	desktop.Await(t, "the dialog to close", func() bool {
		ids, _ := c.xdotool("search", "--onlyvisible", "--name", "Report")
		return ids == ""
	})
}
