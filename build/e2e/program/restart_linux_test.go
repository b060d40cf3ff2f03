package program

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestRestart_page: the page that restarts the program leads to the home page of the new build,
// even if its tab was hidden until that had started.
func TestRestart_page(t *testing.T) {
	check := pagecheck.Fetch(t)
	d := desktop.Start(t)
	old, err := os.ReadFile(slowTool)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(d.Home(), "slowtool")
	install := func(content []byte) {
		if err := os.WriteFile(program+".new", content, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(program+".new", program); err != nil {
			t.Fatal(err)
		}
	}
	install(old)
	p := tool.Start(t, d, nil, program, "-no-browser", "-no-tray")
	install(append(old, 0)) // another size makes it another build
	if status := d.Spawn(d.Command(program, "-no-browser", "-no-tray")).Wait(); !status.Success() {
		t.Fatal(status)
	}
	ctx := chrome.Start(t)
	chrome.Do(t, ctx, chromedp.Navigate(p.URL+"app.restart"))
	check.Page(ctx, t, "page")
	hideNextPage(t, ctx)
	chrome.Do(t, ctx, chrome.Run(`document.querySelector("main button").click()`)) // a click at its place might miss it while the page is laid out
	awaitText(t, ctx, "[role=status]", "start again")
	p.Ends(0)
	desktop.Await(t, "the new build at the same address", func() bool {
		resp, err := http.Get(p.URL)
		if err == nil {
			resp.Body.Close()
		}
		return err == nil
	})
	chrome.Do(t, ctx, chrome.Run(`delete document.visibilityState; document.dispatchEvent(new Event("visibilitychange"))`))
	awaitText(t, ctx, "h1", "Slow Tool")
	if status := d.Spawn(d.Command(program, "-quit")).Wait(); !status.Success() {
		t.Error("-quit:", status)
	}
}

// hideNextPage has the next page of a tab believe that it is hidden.
func hideNextPage(t testing.TB, ctx context.Context) {
	t.Helper()
	chrome.Do(t, ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `if (document.URL.endsWith("/app.restart")) Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true})`,
		})
		return err
	}))
}
