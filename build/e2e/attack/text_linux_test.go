package attack

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// hostile are values that would become a part of a page, or a line of the log, where
// those do not escape them.
var hostile = []string{
	`"'><zq a="zq">`, `</title></pre></script><zq>`, "<\x00zq>", `javascript:alert("zq")`, "\xff<zq>",
	"xzq\r\ntime=2000-01-01T00:00:00Z level=INFO msg=forged", "xzq\x1b[2J\x9b31m\u202e<zq>",
}

// secret is what nobody but the plug-in is to see.
const secret = "swordfish-7f3a"

// shows are requests that have the program show a value, in place of VALUE: queries and,
// with a form, bodies.
var shows = []struct{ page, form string }{
	{"show?text=VALUE", ""}, {"fail?text=VALUE", ""}, {"fail?panic=1&text=VALUE", ""}, {"VALUE", ""}, {"form?count=VALUE", ""},
	{"form?items.500.VALUE=VALUE&share=VALUE&day=VALUE", ""}, {"app.settings?port=VALUE", ""}, {"app.log?VALUE", ""}, {"app.shutdown?VALUE", ""},
	{"form", "count=VALUE"}, {"upload", "file=VALUE"}, {"app.settings", "port=VALUE"}, {"app.item", "n=VALUE"},
}

// Pages show hostile values, and a hostile name of the tool, as text. The log keeps its
// lines, and has nothing of queries, forms, cookies and credentials.
func TestText(t *testing.T) {
	d := desktop.Start(t)
	v := start(t, d, nil, "-verbose")
	tried, held := 0, 0
	ask := func(what, page, form, header, value string) {
		t.Helper()
		tried++
		method := http.MethodGet
		if form != "" {
			method = http.MethodPost
		}
		r, err := http.NewRequest(method, v.URL, strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = "//" + v.HostPort() + "/" + page
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", "a="+secret)
		r.Header.Set("Authorization", "Bearer "+secret)
		if header != "" {
			r.Header.Set(header, value)
		}
		resp, err := tool.Client.Do(r)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		for _, mark := range []string{"<zq", "<\x00zq", `"zq`, "'zq", "<script>alert"} {
			if strings.Contains(string(body), mark) {
				err = fmt.Errorf("%q as it was sent", mark)
			}
		}
		if err != nil {
			t.Errorf("%s: %s, %v", what, resp.Status, err)
			return
		}
		held++
	}
	for _, value := range hostile {
		escaped := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		for _, s := range shows {
			page := strings.ReplaceAll(s.page, "VALUE", escaped)
			ask(fmt.Sprintf("%q on %s", value, s.page), page, strings.ReplaceAll(s.form, "VALUE", escaped), "", "")
		}
		line := strings.NewReplacer("\r\n", " ", "\x00", " ", "\x1b", " ").Replace(value) // which http.Client sends
		ask(fmt.Sprintf("%q as an origin", value), "act?"+secret, "", "Origin", line)
		ask(fmt.Sprintf("%q as a type", value), "form?text="+secret, "count="+secret, "Content-Type", line)
		ask("the log", "app.log", "", "", "")
	}
	v.reached()
	log, err := os.ReadFile(filepath.Join(d.Home(), ".local/state/target/log.txt"))
	if err != nil || !strings.Contains(string(log), "forged") || !strings.Contains(string(log), "request refused") {
		t.Fatalf("%v, %.2000s", err, log)
	}
	for line := range strings.Lines(string(log) + v.Stderr()) {
		if line = strings.TrimSuffix(line, "\n"); !strings.Contains(line, "time=") || strings.HasPrefix(line, "time=2000") ||
			strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(line, secret) {
			t.Errorf("a line of the log is %q", line)
			held = 0
		}
	}
	proof.Held(t, "hostile values are text on pages and in the log, and secrets are in no log", tried, held)
}
