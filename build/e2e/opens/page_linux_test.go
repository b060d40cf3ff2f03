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
)

// links are those of a hostile page, with what the plug-in gets of each: one address, as
// Chromium writes it, or nothing.
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

// TestForeignPage clicks links of a page that may open addresses of the tool unasked, as
// one whose question the owner has answered with "always".
func TestForeignPage(t *testing.T) {
	k := start(t)
	k.register("-no-browser -no-tray")
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html>\n<meta charset=utf-8>\n<title>Evil</title>\n")
		for i, l := range links {
			fmt.Fprintf(w, "<p><a id=\"l%d\" href=\"%s\">%d</a>\n", i, html.EscapeString(l.link), i)
		}
	}))
	defer page.Close()
	k.write(filepath.Join(filepath.Dir(k.Home()), "chromium", "Default", "Preferences"),
		fmt.Sprintf(`{"protocol_handler":{"allowed_origin_protocol_pairs":{%q:{"tea":true}}}}`, page.URL), 0o600)
	browser := k.UseBrowser()

	program := k.Spawn(k.Command(teaTool, "-no-browser", "-no-tray"))
	program.Line("is running at ")
	k.Spawn(k.Command("xdg-open", page.URL))
	tab := browser.Page(page.URL)
	for i, l := range links {
		if err := chromedp.Do(tab, chromedp.Click(chromedp.CSS("#l"+strconv.Itoa(i)))); err != nil {
			t.Fatal(err)
		}
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
	if _, err := os.Stat(filepath.Join(k.Home(), "oops")); err == nil {
		t.Error("a link has run a command")
	}
}
