package pick

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// A page is that of the chooser in a browser.
type page struct {
	t   *testing.T
	tab context.Context
}

func (p page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.tab, steps...); err != nil {
		p.t.Fatal(err)
	}
}

// is waits until a script has this value.
func (p page) is(script, want string) {
	p.t.Helper()
	desktop.Await(p.t, script+" to be "+want, func() bool {
		got, err := chromedp.Run(p.tab, chromedp.Evaluate[string]("String("+script+")"))
		return err == nil && got == want
	})
}

// noteOf returns a script with what is said of a field.
func noteOf(field string) string {
	return `document.getElementById(document.querySelector("[name=` + field + `]").getAttribute("aria-describedby").split(" ").at(-1)).textContent`
}

// focus is a script with the name or the label of what has the focus.
const focus = `document.activeElement.name || document.activeElement.ariaLabel || document.activeElement.textContent`

// TestField uses fields for paths with nothing but a keyboard, and the dialog of the portal.
func TestField(t *testing.T) {
	c := start(t, "portal")
	c.create("c.txt")
	p := page{t, chrome.Start(t, "--hide-scrollbars")}
	p.do(chromedp.Navigate(c.URL))
	p.is(`document.querySelectorAll("button.app-pick").length`, "3")

	p.do(chromedp.KeyEvent(kb.Tab))
	p.is(focus, "folder")
	folder := c.file("plans")
	for _, name := range []string{"work", "holidays"} {
		if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "now.ics"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.KeyEvent(strings.TrimSuffix(folder, "s")))
	p.is(noteOf("folder"), "There is no such folder.")
	p.is(`document.activeElement.ariaInvalid`, "null") // it is not complete yet
	p.do(chromedp.KeyEvent("s"))
	p.is(noteOf("folder"), "1 file and 2 folders.")
	p.do(chromedp.KeyEvent(kb.Tab))
	p.is(focus, "Choose… Folder")
	p.do(chromedp.KeyEvent(kb.Enter))
	p.is(noteOf("folder"), "Choose in the dialog. It may be behind this window.")
	w := c.window("Folder")
	c.d.Screenshot("dialog")
	w.click(140, 25) // Cancel
	p.is(noteOf("folder"), "1 file and 2 folders.")
	p.is(focus, "Choose… Folder")

	p.do(chromedp.KeyEvent(kb.Tab))
	p.is(focus, "file")
	p.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "))
	w = c.window("Calendar")
	w.writeExisting("a+b c.ics", "ctrl+l")
	w.press("Return")
	p.is(`document.querySelector("[name=file]").value`, c.file("a+b c.ics"))
	p.is(noteOf("file"), "A file of 5 bytes.")
	p.is(focus, "file")

	p.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	p.is(focus, "save")
	p.do(chromedp.KeyEvent("~/c.txt"), chromedp.KeyEvent(kb.Tab))
	p.is(noteOf("save"), "This file exists and will be replaced.")
	pagecheck.Fetch(t).Page(p.tab, t, "filled")
	p.do(chromedp.KeyEvent(kb.Enter))
	c.window("Report")
	if _, err := chromedp.RunResponse(p.tab, chromedp.Reload()); err != nil { // which leaves the page
		t.Fatal(err)
	}
	desktop.Await(t, "the end of the dialog", func() bool {
		ids, _ := c.xdotool("search", "--onlyvisible", "--name", "Report")
		return ids == ""
	})
}

// TestField_sent sends the form, with errors first. Then it offers the paths that were used.
func TestField_sent(t *testing.T) {
	c := start(t, "portal")
	c.create("a+b c.ics")
	p := page{t, chrome.Start(t, "--hide-scrollbars")}
	check := pagecheck.Fetch(t)
	fill := func(values ...string) {
		t.Helper()
		text := ""
		for i, name := range []string{"folder", "file", "save"} {
			text += `document.querySelector("[name=` + name + `]").value = ` + strconv.Quote(values[i]) + `;`
		}
		if _, err := chromedp.RunResponse(p.tab, chromedp.Evaluate[chromedp.Void](text+`document.querySelector("form").submit()`)); err != nil {
			t.Fatal(err)
		}
		p.is(`document.querySelectorAll("button.app-pick").length`, "3")
	}
	p.do(chromedp.Navigate(c.URL))
	fill("/nowhere", c.d.Home(), "~")
	for field, want := range map[string]string{
		"folder": "There is no such folder.", "file": "This is a folder; choose a file.", "save": "This is a folder; add the name of a file.",
	} {
		p.is(`document.getElementById("`+field+`Error")?.textContent`, want)
		p.is(noteOf(field), "") // the error is there once
	}
	check.Page(p.tab, t, "errors")
	fill(` "~/" `, "file://"+strings.ReplaceAll(c.file("a+b c.ics"), " ", "%20"), c.file("new.txt"))
	if got, want := c.Line("sent "), `sent "`+c.d.Home()+`" "`+c.file("a+b c.ics")+`" "`+c.file("new.txt")+`"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	p.is(`[...document.querySelector("[name=file]").list.options].map(o => o.value)`, c.file("a+b c.ics"))
	kept, err := filepath.Glob(filepath.Join(c.d.Home(), ".local/state/*/recent.json"))
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	if info, err := os.Stat(kept[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
}
