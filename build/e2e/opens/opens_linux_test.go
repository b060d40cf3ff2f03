package opens

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var teaTool string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&teaTool: "../tool/teatool"})
}

// links are links of a hostile page, with the address that the plug-in gets, as Chromium
// writes it, or "" if it gets none.
var links = []struct{ link, want string }{
	{"tea:green", "tea:green"},
	{"TEA:Green", "tea:Green"},
	{"tea:--quit", "tea:--quit"},
	{"tea: -- -quit", "tea:%20--%20-quit"},
	{`tea:a" "/tmp/b.tea`, "tea:a%22%20%22/tmp/b.tea"},
	{"tea:a\n-quit\r\n\t", "tea:a-quit"},
	{"tea:%00%0a%ff", "tea:%00%0a%ff"},
	{"tea:" + strings.Repeat("x", 5000), ""},
	{"tea:$(touch oops)`touch oops`;touch oops|&'", "tea:$(touch%20oops)%60touch%20oops%60;touch%20oops%7C&'"},
	{"tea://evil.test/../../a.tea", "tea://evil.test/a.tea"},
	{`tea:\\evil.test\a.tea`, "tea:%5C%5Cevil.test%5Ca.tea"},
	{"tea:ü", "tea:%C3%BC"},
	{"tea:file:///tmp/a.tea", "tea:file:///tmp/a.tea"},
	{"tea:", "tea:"},
}

// TestForeignPage clicks links of a page that may open the tool's addresses without asking,
// because the owner has allowed it always. Each link becomes one argument of a launch.
func TestForeignPage(t *testing.T) {
	desktop.Need(t, "xdg-open", "xdg-utils")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	d := desktop.Start(t)
	applications := filepath.Join(d.Home(), ".local/share/applications")
	d.Write(filepath.Join(applications, "tea-tool-url.desktop"), "[Desktop Entry]\nType=Application\nName=Tea Tool\nNoDisplay=true\n"+
		"Exec="+teaTool+" -no-browser -no-tray -- %u\nMimeType=x-scheme-handler/tea;\n", 0o600)
	if p := d.Spawn(d.Command("update-desktop-database", applications)); !p.Wait().Success() {
		t.Fatal(p.Stderr())
	}
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html>\n<meta charset=utf-8>\n<title>Evil</title>\n")
		for i, l := range links {
			fmt.Fprintf(w, "<p><a id=\"l%d\" href=\"%s\">%d</a>\n", i, html.EscapeString(l.link), i)
		}
	}))
	defer page.Close()
	d.Write(filepath.Join(filepath.Dir(d.Home()), "chromium", "Default", "Preferences"),
		fmt.Sprintf(`{"protocol_handler":{"allowed_origin_protocol_pairs":{%q:{"tea":true}}}}`, page.URL), 0o600)
	browser := d.UseBrowser()

	program := d.Spawn(d.Command(teaTool, "-no-browser", "-no-tray"))
	program.Line("is running at ")
	d.Spawn(d.Command("xdg-open", page.URL))
	tab := browser.Page(page.URL)
	for i, l := range links {
		chrome.Do(t, tab, chromedp.Click(chromedp.CSS("#l"+strconv.Itoa(i))))
		if l.want == "" {
			continue // the next line is that of the next link
		}
		if got, want := program.Line("launched with "), fmt.Sprintf("launched with %q", []string{l.want}); got != want {
			t.Errorf("%.50q: %s, want %s", l.link, got, want)
		}
	}
	if !program.Running() {
		t.Error("the program has ended")
	}
	if _, err := os.Stat(filepath.Join(d.Home(), "oops")); err == nil {
		t.Error("a link has run a command")
	}
}
