package pages

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/axe"
)

// TestAxe has axe-core judge the pages that people see, light and dark.
func TestAxe(t *testing.T) {
	script := axe.Fetch(t)
	shown, styled := start(t), startProgram(t, gallery)
	ctx := chrome.Start(t)
	for _, page := range []struct{ name, url, script string }{
		{"gallery", styled, ""},
		{"dialog of the gallery", "", "ask.showModal()"},
		{"calendar", shown, ""},
		{"settings", shown + "app.settings", ""},
		{"settings saved", "", `document.querySelector(".primary").click()`},
		{"settings with an error", "", `port.value = "70000"; port.form.noValidate = true; document.querySelector(".primary").click()`},
		{"sections of settings", startProgram(t, preferences) + "app.settings", ""},
		{"sections with an error", "", `document.getElementById("timer.Minutes").value = "11"; document.querySelector(".primary").click()`},
		{"log", shown + "app.log", ""},
		{"no such page", shown + "nowhere", ""},
		{"calendar with errors", shown + "?year=10000&first=7", ""},
		{"form with an error", shown + "calendar.txt?year=x", ""},
		{"refused", strings.Replace(shown, "127.0.0.1", "other.localhost", 1), ""},
		{"shutdown", styled + "app.shutdown", ""},
		{"goodbye", "", `document.querySelector(".primary").click()`},
	} {
		t.Run(page.name, func(t *testing.T) {
			if page.url != "" {
				do(t, ctx, chromedp.Navigate(page.url))
			}
			if strings.HasSuffix(page.script, ".click()") { // to another page
				if _, err := chromedp.RunResponse(ctx, run(page.script)); err != nil {
					t.Fatal(err)
				}
			} else if page.script != "" {
				do(t, ctx, run(page.script))
			}
			for _, scheme := range schemes {
				t.Run(scheme.name, func(t *testing.T) {
					do(t, ctx, scheme.apply)
					axe.Check(ctx, t, script)
					chrome.Screenshot(ctx, t, "page")
				})
			}
		})
	}
}

// run runs a script in a tab.
func run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; undefined")
}
