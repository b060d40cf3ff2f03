package program

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The page that restarts the program leads to that of the new build.
func TestRestart_page(t *testing.T) {
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
	pagecheck.Fetch(t).Page(ctx, t, "page")
	chrome.Do(t, ctx, chrome.Run(`document.querySelector("main button").click()`)) // whose place may just have changed
	awaitText(t, ctx, "h1", "Slow Tool")
	p.Ends(0)
	if status := d.Spawn(d.Command(program, "-quit")).Wait(); !status.Success() {
		t.Error("-quit:", status)
	}
}
