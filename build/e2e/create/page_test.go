package create

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// startTool makes and starts a tool from a template, and stops it when the test ends.
func startTool(t *testing.T, template string) (url string) {
	t.Helper()
	dir, home := makeTool(t, template), t.TempDir()
	program := filepath.Join(home, "program.exe")
	run(t, dir, offline, "go", "build", "-o", program, ".")
	name, url := tool.StartIn(t, home, program)
	if name != "Mein Werkzeug" {
		t.Errorf("the program is called %q", name)
	}
	return url
}

// submit fills in fields by their names, sends their form without the checks of the browser,
// and waits for the next page.
func submit(t *testing.T, tab context.Context, fields map[string]string) {
	t.Helper()
	text := ""
	for name, value := range fields {
		text += fmt.Sprintf("document.querySelector('main [name=%s]').value = %q;", name, value)
	}
	text += "document.querySelector('main form').noValidate = true; document.querySelector('main form button').click()"
	if _, err := chromedp.RunResponse(tab, chrome.Run(text)); err != nil {
		t.Fatal(err)
	}
}

func checkText(t *testing.T, tab context.Context, want string) {
	t.Helper()
	if text := chrome.Eval[string](t, tab, "document.body.innerText"); !strings.Contains(text, want) {
		t.Errorf("%q is not on the page:\n%s", want, text)
	}
}

// TestTemplate_pages uses each template in a browser. Its pages are accessible.
func TestTemplate_pages(t *testing.T) {
	check := pagecheck.Fetch(t) // before the browser, whose time is limited
	tab := chrome.Start(t, pagecheck.Flags...)
	t.Run("greeter", func(t *testing.T) {
		chrome.Do(t, tab, chromedp.Navigate(startTool(t, "greeter")))
		check.Page(tab, t, "home")
		submit(t, tab, map[string]string{"name": "Ada", "times": "3"})
		checkText(t, tab, "Hello, Ada!")
		check.Page(tab, t, "greeted")
		submit(t, tab, map[string]string{"times": "11"})
		checkText(t, tab, "Choose 1 to 10.")
		check.Page(tab, t, "error")
	})
	t.Run("expenses", func(t *testing.T) {
		url := startTool(t, "expenses")
		chrome.Do(t, tab, chromedp.Navigate(url))
		check.Page(tab, t, "empty")
		for day, x := range map[string][3]string{
			"02": {"1250.00", "Rent", ""}, "05": {"64,20", "Food", "Market"}, "11": {"3.5", "Tea", "Green, from the shop at the corner"},
			"19": {"89", "Trains", "To the sea and back"}, "28": {"12.05", "Food", ""},
		} {
			chrome.Do(t, tab, chromedp.Navigate(url+"?month=2026-11"))
			submit(t, tab, map[string]string{"day": "2026-11-" + day, "amount": x[0], "category": x[1], "note": x[2]})
		}
		checkText(t, tab, "1418.75 in November 2026")
		check.Page(tab, t, "month")
		submit(t, tab, map[string]string{"amount": "a lot", "category": ""})
		checkText(t, tab, "Enter an amount such as 12.50.")
		check.Page(tab, t, "errors")
		chrome.Do(t, tab, chromedp.Navigate(url+"expense/1"))
		check.Page(tab, t, "edit")
	})
	t.Run("checksums", func(t *testing.T) { testChecksums(t, tab, check) })
}

func testChecksums(t *testing.T, tab context.Context, check *pagecheck.Checker) {
	chrome.Do(t, tab, chromedp.Navigate(startTool(t, "checksums")))
	check.Page(tab, t, "empty")
	submit(t, tab, map[string]string{"folder": "Downloads"})
	checkText(t, tab, "Enter a full path")
	check.Page(tab, t, "error")

	dir := t.TempDir()
	for name, text := range map[string]string{"report.pdf": "a", "Holiday pictures 2026.zip": "b", "new": "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	list := filepath.Join(dir, "SHA256SUMS")
	const a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
	if err := os.WriteFile(list, []byte(a+"  report.pdf\n"+a+"  Holiday pictures 2026.zip\n"+a+"  gone.txt\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	submit(t, tab, map[string]string{"folder": dir, "list": list})
	chrome.Do(t, tab, chromedp.WaitVisible(chromedp.CSS("section")))
	checkText(t, tab, "There are problems with 2 files.")
	check.Page(tab, t, "problems")

	// The page shows the progress of reading files, and at the end the result.
	f, err := os.Create(filepath.Join(dir, "large.iso"))
	if err == nil {
		err = f.Truncate(1 << 40)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	submit(t, tab, map[string]string{"folder": dir, "list": ""})
	chrome.Do(t, tab, chromedp.WaitVisible(chromedp.CSS("progress")))
	check.Page(tab, t, "busy")
	chrome.Do(t, tab, chromedp.Click(chromedp.CSS("main form button")), chromedp.WaitVisible(chromedp.CSS("main p[role=status]")))
	checkText(t, tab, "This was canceled.")
}
