package pagecheck

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// keepSource keeps the HTML of the page for html-validate: as it was sent or, if that was before
// ctx was attached to the tab, as the browser has parsed it.
func (c *Checker) keepSource(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	html, err := chromedp.Run(ctx, chromedp.Action[string](func(ctx context.Context, tab *chromedp.Target) (string, error) {
		tree, err := cdp.Call(ctx, tab, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return "", err
		}
		// The request for a page has the same identifier as its loader.
		id := network.RequestID(tree.FrameTree.Frame.LoaderID)
		answer, err := cdp.Call(ctx, tab, network.GetResponseBody, network.GetResponseBodyParams{RequestID: id})
		return string(answer.Body), err
	}))
	if err != nil {
		html, err = chromedp.Run(ctx, chromedp.Evaluate[string](`"<!DOCTYPE html>\n" + document.documentElement.outerHTML`))
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(c.html, fileName(t, name)+".html"), []byte(withTailInside(html)), 0o600)
	}
	if err != nil {
		t.Fatalf("the page's HTML: %v", err)
	}
}

// withTailInside moves the tail that the program adds after the end of each page to the end of
// its body, as browsers do.
func withTailInside(html string) string {
	page, tail, ok := strings.Cut(html, "</html>")
	if !ok {
		return html
	}
	end := "</html>\n"
	if body, ok := strings.CutSuffix(strings.TrimSpace(page), "</body>"); ok {
		page, end = body, "</body>\n"+end
	}
	return page + strings.TrimSpace(tail) + "\n" + end
}

// validate fails the test with the findings of html-validate for the pages that were kept.
func (c *Checker) validate(t testing.TB) {
	if pages, err := os.ReadDir(c.html); err != nil || len(pages) == 0 {
		return // none were given to Page
	}
	cmd := exec.Command("node", filepath.Join(c.dir, "node_modules", "html-validate", "bin", "html-validate.mjs"),
		"--config", filepath.Join(c.dir, "htmlvalidate.json"), "--formatter", "text", c.html)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("html-validate: %v\n%s", err, bytes.ReplaceAll(out, []byte(c.html+string(filepath.Separator)), nil))
	}
}

// fileName returns the file name for a page.
func fileName(t testing.TB, name string) string {
	return strings.NewReplacer("/", "-", " ", "-").Replace(t.Name() + "-" + name)
}
