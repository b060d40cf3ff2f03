package attack

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// hostile are values that would become markup in a page, or a line of the log, if they
// were not escaped.
var hostile = []string{
	`"'><zq a="zq">`, `</title></pre></script><zq>`, "<\x00zq>", `javascript:alert("zq")`, "\xff<zq>",
	"xzq\r\ntime=2000-01-01T00:00:00Z level=INFO msg=forged", "xzq\x1b[2J\x9b31m\u202e<zq>",
}

// secret is a value that no log may contain.
const secret = "swordfish-7f3a"

// shows are requests whose answers or log lines could show VALUE: paths with queries, and
// forms.
var shows = []struct{ page, form string }{
	{"VALUE", ""}, {"fail?Text=VALUE", ""}, {"fail?Panic=1&Text=VALUE", ""}, {"form?Count=VALUE&Share=VALUE&Day=VALUE", ""},
	{"app.settings?port=VALUE", ""}, {"app.log?VALUE", ""}, {"app.shutdown?VALUE", ""},
	{"form", "Count=VALUE"}, {"form", "File=VALUE"}, {"app.settings", "port=VALUE"}, {"app.item", "n=VALUE"},
}

// Pages show hostile values, and the hostile name of the tool, as text. The log keeps one
// line per record, and contains no queries, forms, cookies and credentials.
func TestText(t *testing.T) {
	v := start(t, "-verbose")
	tried, held := 0, 0
	ask := func(page, form, header, value string) {
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
		r.Header = http.Header{
			"Accept": {"text/html"}, "Content-Type": {"application/x-www-form-urlencoded"},
			"Cookie": {"a=" + secret}, "Authorization": {"Bearer " + secret},
		}
		r.Header.Set(header, value)
		resp, err := tool.Client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, markup := range []string{"<zq", "<\x00zq", `"zq`, "'zq", "<script>alert"} {
			if strings.Contains(string(body), markup) {
				t.Errorf("%s %s with form %q and %s %q: the page has the markup %q", method, page, form, header, value, markup)
				return
			}
		}
		held++
	}
	for _, value := range hostile {
		escaped := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		for _, s := range shows {
			ask(strings.ReplaceAll(s.page, "VALUE", escaped), strings.ReplaceAll(s.form, "VALUE", escaped), "X-None", "")
		}
		line := strings.NewReplacer("\r\n", " ", "\x00", " ", "\x1b", " ").Replace(value) // http.Client refuses these
		ask("act?"+secret, "", "Origin", line)
		ask("form?Text="+secret, "Count="+secret, "Content-Type", line)
		ask("app.log", "", "X-None", "")
	}
	v.reached()
	log, err := os.ReadFile(filepath.Join(v.d.Home(), ".local/state/target/log.txt"))
	if err != nil || !strings.Contains(string(log), "forged") || !strings.Contains(string(log), "request refused") {
		t.Fatalf("the log lacks what was sent: %v, %.2000s", err, log)
	}
	for line := range strings.Lines(string(log) + v.Stderr()) {
		if line = strings.TrimSuffix(line, "\n"); !strings.Contains(line, "time=") || strings.HasPrefix(line, "time=2000") ||
			strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(line, secret) {
			t.Errorf("the log has the line %q; want a record without secrets", line)
			held = 0
		}
	}
	proof.Held(t, "pages show hostile values as text, the log keeps its lines, and no secret is logged", tried, held)
}
