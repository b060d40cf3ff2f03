package pages

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// A state is a state of a page: at an address, or after a script in the page before it.
type state struct{ name, url, script string }

// Scripts with this suffix load another page.
const click = `.click()`

// TestLook checks the pages in each of their states.
func TestLook(t *testing.T) {
	check := pagecheck.Fetch(t)
	ctx := chrome.Start(t, pagecheck.Flags...)
	days, styled, sections, tea := start(t, calendar), start(t, gallery), start(t, preferences), start(t, states)
	for _, s := range []state{
		{"calendar", days + "?year=2026", ""},
		{"calendar with errors", days + "?year=10000&first=7", ""},
		{"calendar shutdown", days + "shutdown", ""},
		{"calendar goodbye", "", primary("form button")},
		{"gallery", styled, ""},
		{"dialog", "", "ask.showModal()"},
		{"settings", styled + "app.settings", ""},
		{"settings saved", "", primary(".primary")},
		{"settings error", "", `port.value = "70000"; port.form.noValidate = true; ` + primary(".primary")},
		{"sections", sections + "app.settings", ""},
		{"sections error", "", `document.getElementById("timer.Minutes").value = "11"; document.getElementById("timer.Snooze").value = "soon"; ` + primary(".primary")},
		{"sections saved", "", `document.getElementById("timer.Minutes").value = "5"; document.getElementById("timer.Snooze").value = "5m"; ` + primary(".primary")},
		{"no jobs", tea + "app.jobs", ""},
		{"home", tea, ""},
		{"menu", "", bars + `.forEach(b => b.shadowRoot.querySelector("summary").click())`},
		{"jobs", tea, primary(".primary")},
		{"job running", "", primary("tr:nth-child(1) a")},
		{"job canceling", "", primary("main form button")},
		{"job failed", tea + "app.jobs", primary("tr:nth-child(3) a")},
		{"job canceled", tea + "app.jobs", primary("tr:nth-child(2) a")},
		{"job done", tea + "app.jobs", primary("tr:nth-child(4) a")},
		{"error 400", tea + "brew?minutes=many", ""},
		{"error 403", tea + "brew?how=forbidden", ""},
		{"error 404", tea + "nowhere", ""},
		{"error 404 of the program", tea + "app.job?id=1", ""},
		{"error 405", tea + "jobs", ""},
		{"error 413", tea, `file.form.noValidate = true; const all = new DataTransfer(); all.items.add(new File(["x".repeat(2000)], "tea.png")); file.files = all.files; ` + primary("#upload")},
		{"error 431", tea + "?" + strings.Repeat("x", 70_000), ""},
		{"error 500", tea + "brew?how=error", ""},
		{"error 500 unfolded", "", open},
		{"panic", tea + "brew?how=panic", ""},
		{"panic unfolded", "", open},
		{"log", tea + "app.log", ""},
		{"log unfolded", "", open},
		{"log filtered", tea + "app.log?level=warning&text=the", ""},
		{"log without lines", tea + "app.log?text=coffee", ""},
		{"refused", strings.Replace(tea, "127.0.0.1", "other.localhost", 1), ""},
		{"notice", tea + "?notice=on", `while (!document.querySelector("dibbler-bar")?.shadowRoot.querySelector("section")) await new Promise(done => setTimeout(done, 10))`},
		{"shutdown", tea + "app.shutdown", ""},
		{"goodbye", "", primary(".primary")},
	} {
		t.Run(s.name, func(t *testing.T) {
			s.show(t, ctx)
			check.Page(ctx, t, "page")
		})
	}
}

// show brings the page of a tab into the state.
func (s state) show(t *testing.T, tab context.Context) {
	t.Helper()
	if s.url != "" {
		chrome.Do(t, tab, chromedp.Navigate(s.url))
	}
	if strings.HasSuffix(s.script, click) {
		if _, err := chromedp.RunResponse(tab, chrome.Run(s.script)); err != nil {
			t.Fatal(err)
		}
	} else if s.script != "" {
		chrome.Do(t, tab, chromedp.Evaluate[chromedp.Void]("(async () => { "+s.script+" })()", chromedp.EvalAwaitPromise))
	}
}

// primary is a script that clicks on the first element with the selector, which loads
// another page.
func primary(selector string) string { return `document.querySelector("` + selector + `")` + click }

// open is a script that opens the folded parts of a page.
const open = `for (const d of document.querySelectorAll("details")) d.open = true`
