package pages

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// fetchAxe returns the script of axe-core, which finds what people with disabilities
// would stumble over. npm checks that it is the one that package-lock.json names. The
// test is skipped where npm or the package cannot be had.
func fetchAxe(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm here (Debian package npm)")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/axe")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		t.Skip("npm cannot fetch axe-core")
	}
	script, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// findings are those of axe-core, with the elements that they are about.
const findings = `axe.run().then(({violations}) => violations.flatMap(({id, help, nodes}) =>
	nodes.map(n => id + ": " + help + ": " + n.html + " " + n.any.map(c => c.message))))`

// TestAxe has axe-core judge the pages that people see, light and dark.
func TestAxe(t *testing.T) {
	axe := fetchAxe(t)
	shown, styled := start(t), startProgram(t, gallery)
	ctx := chrome.Start(t)
	for _, page := range []struct{ name, url, script string }{
		{"gallery", styled, ""},
		{"dialog of the gallery", "", "ask.showModal()"},
		{"starter", startProgram(t, starter), ""},
		{"calendar", shown, ""},
		{"settings", shown + "app.settings", ""},
		{"settings saved", "", `document.querySelector(".primary").click()`},
		{"settings with an error", "", `port.value = "70000"; port.form.noValidate = true; document.querySelector(".primary").click()`},
		{"log", shown + "app.log", ""},
		{"no such page", shown + "nowhere", ""},
		{"form with an error", shown + "?year=x", ""},
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
			do(t, ctx, run(axe))
			for _, scheme := range schemes {
				do(t, ctx, scheme.apply)
				for _, finding := range read(t, ctx, chromedp.Evaluate[[]string](findings, chromedp.EvalAwaitPromise)) {
					t.Errorf("%s: %s", scheme.name, finding)
				}
				chrome.Screenshot(ctx, t, scheme.name)
			}
		})
	}
}

// run runs a script in a tab.
func run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; undefined")
}
