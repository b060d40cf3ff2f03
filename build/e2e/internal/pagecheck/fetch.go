// Package pagecheck checks pages in a real browser: with axe-core for people with disabilities,
// with html-validate for mistakes in the HTML, and for elements that are wider than the window.
// It also takes pictures of them.
package pagecheck

import (
	"context"
	"embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// npm fetches the versions in package.json and package-lock.json, and checks their sums.
//
//go:embed package.json package-lock.json htmlvalidate.json
var packages embed.FS

// A Checker checks pages. Make one with [Fetch].
type Checker struct {
	axe  string // the script
	dir  string // of the packages
	html string // the folder of the pages that html-validate reads when the test ends
}

// Fetch fetches axe-core and html-validate. This can take a minute, so call it before a browser
// is started. When t ends, html-validate checks all pages that were given to [Checker.Page].
// Fetch skips the test if npm or the packages are missing.
func Fetch(t testing.TB) *Checker {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm here (Debian package npm)")
	}
	c := &Checker{dir: t.TempDir(), html: t.TempDir()}
	if err := os.CopyFS(c.dir, packages); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = c.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		t.Skip("npm cannot fetch axe-core and html-validate")
	}
	script, err := os.ReadFile(filepath.Join(c.dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	c.axe = string(script)
	t.Cleanup(func() { c.validate(t) })
	return c
}

// Axe fails the test with the findings of axe-core for the page of a tab.
func (c *Checker) Axe(ctx context.Context, t testing.TB) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](c.axe+"; undefined")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run().then(({violations}) => violations.flatMap(({id, help, nodes}) =>
		nodes.map(n => id + ": " + help + ": " + n.html + " " + n.any.map(c => c.message))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range found {
		t.Error(finding)
	}
}
