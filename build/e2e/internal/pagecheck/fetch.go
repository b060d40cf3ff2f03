// Package pagecheck checks pages in a real browser: that axe-core finds nothing that
// people with disabilities would stumble over, that html-validate finds no mistake in the
// HTML, and that pages are no wider than the window. It keeps pictures of them.
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

// npm fetches the versions that package.json and package-lock.json name, and checks their
// sums.
//
//go:embed package.json package-lock.json htmlvalidate.json
var packages embed.FS

// A Checker checks pages. Make one with [Fetch].
type Checker struct {
	axe  string // the script
	dir  string // of the packages
	html string // the folder of the pages that html-validate reads when the test ends
}

// Fetch fetches what checks pages. When t ends, html-validate reads all pages that were
// given to [Checker.Page] until then. Fetch skips the test where npm or the packages
// cannot be had.
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

// Axe fails the test with what axe-core finds in the page of a tab, in the colours that it
// has.
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
