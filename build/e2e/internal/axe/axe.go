// Package axe has axe-core judge pages: it finds what people with disabilities would
// stumble over.
package axe

import (
	"context"
	"embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// npm fetches the version of axe-core that these name, and checks its sum.
//
//go:embed package.json package-lock.json
var packages embed.FS

// Fetch returns the script of axe-core. It skips the test where npm or the package
// cannot be had.
func Fetch(t testing.TB) (script string) {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("no npm here (Debian package npm)")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, packages); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(npm, "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		t.Skip("npm cannot fetch axe-core")
	}
	text, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Check fails the test with what the script finds in the page of a tab, in the colours
// that it has.
func Check(ctx context.Context, t testing.TB, script string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](script+"; undefined")); err != nil {
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
