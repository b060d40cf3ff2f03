package pages

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// A state is a page in a state that people see it in: of an address, or of a script in the
// page before it.
type state struct{ name, url, script string }

// Scripts that end with this load another page.
const click = `.click()`

// TestLook checks the pages that people see, in each state.
func TestLook(t *testing.T) {
	check := pagecheck.Fetch(t)
	ctx := chrome.Start(t, pagecheck.Flags...)
	calendar, gallery, sections, tea := start(t), startProgram(t, gallery), startProgram(t, preferences), startProgram(t, states)
	for _, s := range []state{
		{"calendar", calendar + "?year=2026", ""},
		{"calendar with errors", calendar + "?year=10000&first=7", ""},
		{"calendar shutdown", calendar + "shutdown", ""},
		{"calendar goodbye", "", primary("form button")},
		{"gallery", gallery, ""},
		{"dialog", "", "ask.showModal()"},
		{"settings", gallery + "app.settings", ""},
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
			if s.url != "" {
				do(t, ctx, chromedp.Navigate(s.url))
			}
			if strings.HasSuffix(s.script, click) { // to another page
				if _, err := chromedp.RunResponse(ctx, run(s.script)); err != nil {
					t.Fatal(err)
				}
			} else if s.script != "" {
				do(t, ctx, chromedp.Evaluate[chromedp.Void]("(async () => { "+s.script+" })()", chromedp.EvalAwaitPromise))
			}
			check.Page(ctx, t, "page")
		})
	}
}

// primary is a script that clicks on the first element with the selector, which loads
// another page.
func primary(selector string) string { return `document.querySelector("` + selector + `").click()` }

// open opens what is folded.
const open = `for (const d of document.querySelectorAll("details")) d.open = true`

// run runs a script in a tab.
func run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; undefined")
}
