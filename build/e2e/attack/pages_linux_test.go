package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// hostile are values that would become a part of a page where that does not
// escape them. Each would leave one of the marks of [unescaped].
var hostile = []string{
	`<zq>`, `"zq`, `'zq`, `"'><zq a="zq">`, `</title><zq>`, `</pre><zq>`, `</script><zq>`, `</style><zq>`, `--><zq>`, `]]><zq>`,
	`<zq/onload=alert(1)>`, "<zq\n>", "<\x00zq>", "\x00<zq>", "<zq", `{{.}}<zq>`, `&lt;zq&gt;<zq>`, "\xff<zq>", "\u202e<zq>", "＜zq＞<zq>", "+ADw-zq+AD4-<zq>",
	`javascript:alert("zq")`, strings.Repeat(`"`, 50) + `"zq`, strings.Repeat("<zq>", 500),
}

// unescaped says what of a hostile value is on a page as it was sent, or "".
func unescaped(page string) string {
	for _, mark := range []string{"<zq", "<\x00zq", `"zq`, `'zq`, "</zq"} {
		if i := strings.Index(page, mark); i >= 0 {
			return fmt.Sprintf("%.60q", page[i:])
		}
	}
	return ""
}

// shows are requests that have the program show a value, with the status that its
// page has. VALUE stands for the value, in the query's encoding; 0 is any.
var shows = []struct {
	method, page, form string
	status             int
}{
	{"GET", "show?text=VALUE", "", 200},
	{"GET", "fail?text=VALUE", "", 500},
	{"GET", "fail?panic=1&text=VALUE", "", 500},
	{"GET", "VALUE", "", 0}, // 404, or what a path cannot be
	{"GET", "nowhere/VALUE", "", 0},
	{"GET", "form?count=VALUE", "", 400},
	{"GET", "form?share=VALUE&yes=VALUE&day=VALUE&pause=VALUE", "", 400},
	{"GET", "form?items.500.VALUE=1", "", 400},
	{"GET", "form?items.500.VALUE=VALUE&count=VALUE", "", 400},
	{"GET", "form?items.0.items.0.items.0.n=VALUE", "", 400},
	{"GET", "form?VALUE=VALUE", "", 200},
	{"GET", "form?items.VALUE.name=VALUE", "", 200},
	{"GET", "form?count=%zzVALUE", "", 400},
	{"POST", "form", "count=VALUE", 400},
	{"POST", "form", "items.500.VALUE=VALUE", 400},
	{"POST", "form", "count=%zzVALUE", 400},
	{"POST", "upload", "file=VALUE", 400},
	{"GET", "app.settings?port=VALUE", "", 200},
	{"POST", "app.settings", "port=VALUE", 400},
	{"POST", "app.item", "n=VALUE", 400},
	{"GET", "app.log?VALUE", "", 200},
	{"GET", "app.log?level=VALUE&text=VALUE", "", 200},
	{"GET", "app.shutdown?VALUE", "", 200},
	{"GET", "?VALUE", "", 200},
}

// A look is at pages that are to show as text what they show of a request.
type look struct {
	v                  *victim
	tried, held, shown int
}

// at asks for one page. Its status is to be this one, or 0 for any.
func (l *look) at(what string, status int, raw string) {
	l.v.t.Helper()
	l.tried++
	answers, err := l.v.ask(raw)
	if len(answers) != 1 || err != nil {
		l.v.t.Errorf("%s: %d answers, %v", what, len(answers), err)
		return
	}
	a := answers[0]
	wrong := flaw(a)
	if status != 0 && a.StatusCode != status {
		wrong = a.Status
	}
	kind := a.Header.Get("Content-Type")
	switch found := unescaped(a.body); {
	case strings.HasPrefix(kind, "text/plain"): // a browser shows it as it is
	case kind != "text/html; charset=utf-8":
		wrong = "of type " + kind
	case found != "":
		wrong = found
	}
	if wrong != "" {
		l.v.t.Errorf("%s: %s", what, wrong)
		return
	}
	l.held++
	if strings.Contains(a.body, "zq") {
		l.shown++
	}
}

// Every page that shows a part of its request shows it as text, and so does the page of
// the log after all of them.
func TestMarkupInjection(t *testing.T) {
	v := start(t, nil)
	l := &look{v: v}
	for _, value := range hostile {
		escaped := url.QueryEscape(value)
		for _, s := range shows {
			form := strings.ReplaceAll(s.form, "VALUE", escaped)
			page := strings.ReplaceAll(strings.ReplaceAll(s.page, "VALUE", escaped), "+", "%20")
			raw := fmt.Sprintf("%s /%s HTTP/1.1\n%s", s.method, page, own)
			if form != "" {
				raw += fmt.Sprintf("Content-Type: application/x-www-form-urlencoded\nContent-Length: %d\n", len(form))
			}
			l.at(fmt.Sprintf("%.80q on %s", value, s.page), s.status, raw+"\n"+form)
		}
		line := strings.NewReplacer("\n", " ", "\x00", " ").Replace(value)
		// What has no form cannot be read as one.
		l.at(fmt.Sprintf("%.80q as a type", value), 0, "POST /form HTTP/1.1\n"+own+"Content-Length: 1\nContent-Type: "+line+"\n\nx")
		l.at(fmt.Sprintf("%.80q as a boundary", value), 0, "POST /form HTTP/1.1\n"+own+"Content-Length: 1\nContent-Type: multipart/form-data; boundary=\""+url.QueryEscape(line)+"\"\n\nx")
		// Refused ones are logged, and the log is a page.
		l.at(fmt.Sprintf("%.80q as an origin", value), 403, "GET /act HTTP/1.1\n"+own+"Origin: "+line+"\n\n")
		l.at(fmt.Sprintf("%.80q as a host", value), 0, "GET /act HTTP/1.1\nHost: "+line+"\n\n")
		l.at(fmt.Sprintf("the log after %.80q", value), 200, "GET /app.log HTTP/1.1\n"+own+"\n")
	}
	for _, page := range []string{"", "app.settings", "app.log", "app.shutdown", "nowhere", "act"} {
		a, err := v.ask("GET /" + page + " HTTP/1.1\n" + own + "\n")
		if err != nil || len(a) != 1 {
			t.Fatal(page, len(a), err)
		}
		l.tried++
		// Its own name, and the label and address of an item.
		if wrong := flaw(a[0]); wrong != "" {
			t.Errorf("/%s: %s", page, wrong)
		} else {
			l.held++
		}
	}
	if l.shown < l.tried/3 {
		t.Errorf("only %d of %d pages show anything of what was sent", l.shown, l.tried)
	}
	proof.Held(t, "pages that show a hostile value, name or label show it as text", l.tried, l.held)
}

// The same for the pages of the calendar, which are like an author's.
func TestMarkupInjection_calendar(t *testing.T) {
	p := tool.Start(t, desktop.Start(t), nil, calendar, "-no-browser", "-no-tray")
	_, port, _ := strings.Cut(p.HostPort(), ":")
	l := &look{v: &victim{p, t, port}}
	for _, value := range hostile {
		escaped := strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
		for _, page := range []string{"?year=VALUE", "?first=VALUE", "?year=2003&first=VALUE", "calendar.txt?year=VALUE", "calendar.txt?first=VALUE", "VALUE", "shutdown?VALUE", "app.settings?VALUE"} {
			raw := "GET /" + strings.ReplaceAll(page, "VALUE", escaped) + " HTTP/1.1\n" + own + "\n"
			l.at(fmt.Sprintf("%.80q on %s", value, page), 0, raw)
			l.at(fmt.Sprintf("%.80q on %s, refused", value, page), http.StatusForbidden, strings.TrimSuffix(raw, "\n")+"Origin: http://evil.test\n\n")
		}
	}
	proof.Held(t, "pages of the calendar that show a hostile value show it as text", l.tried, l.held)
}

// A plug-in puts a part of its request into a header. The answers are compared as bytes,
// because clients differ in what they take for the end of a line.
func TestHeaderInjection(t *testing.T) {
	v := start(t, nil)
	tried, held := 0, 0
	for _, end := range []string{"\r\n", "\n", "\r", "\r\r\n", "\n\r", "\x00", "\x0b", "\x0c", "\x1b[2J", "\x7f", "\u0085", "\u2028", "嘊", "č", "\xc4\x8d\xc4\x8a", "\x8d\x8a", ";", ","} {
		for _, evil := range []string{"X-Evil: 1", "Set-Cookie: evil=1", "Location: http://evil.test/", "Access-Control-Allow-Origin: *", "Content-Length: 0" + end + end + "HTTP/1.1 200 OK" + end + "X-Evil: 1", end + "<script>alert(1)</script>"} {
			value := url.QueryEscape("a" + end + evil)
			for _, page := range []string{"header?value=" + value, "header?name=" + value, "header?name=" + value + "&value=" + value, "cookie?value=" + value} {
				tried++
				raw, err := v.askBytes("GET /" + page + " HTTP/1.1\n" + own + "Connection: close\n\n")
				if err != nil {
					t.Fatal(err)
				}
				head, body, _ := strings.Cut(raw, "\r\n\r\n")
				wrong := ""
				if body != "said" {
					wrong = fmt.Sprintf("%q", raw)
				}
				lines := strings.FieldsFunc(head, func(r rune) bool { return r == '\r' || r == '\n' })
				for _, line := range lines[1:] {
					name, _, _ := strings.Cut(line, ":")
					switch name {
					case "Cache-Control", "Connection", "Content-Length", "Content-Security-Policy", "Content-Type", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Date", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options", "X-Said":
					case "Set-Cookie":
						if !strings.HasPrefix(line, "Set-Cookie: said=") {
							wrong = line
						}
					default:
						wrong = line
					}
				}
				if wrong != "" || !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") {
					t.Errorf("%s: %s", page, wrong)
					continue
				}
				held++
			}
		}
	}
	proof.Held(t, "hostile values in a header add no header, no cookie and no answer", tried, held)
}

// The page that redirects to another does not lead elsewhere, however its address is
// spelled.
func TestOpenRedirect(t *testing.T) {
	v := start(t, nil)
	item := "?n=0&label=" + url.QueryEscape(`"'><script>alert(1)</script>&Target`) // the target's name
	tried, held, led := 0, 0, 0
	for _, page := range []string{"/app.item", "/APP.ITEM", "/app%2eitem", "/app.item.", "//app.item", "//evil.test/app.item", "///evil.test/app.item", `/\evil.test/app.item`, "/%2f%2fevil.test/app.item", "/%5cevil.test/app.item", "//evil.test/..", "//evil.test/%2e%2e", "/.//evil.test", "/..//evil.test/", "//evil.test//", "/evil.test/..//"} {
		for _, method := range []string{"GET", "POST"} {
			for _, query := range []string{"", item, item + "&next=//evil.test", "?n=1", "?n=-1", "?n=99999999999999999999", "?//evil.test"} {
				for _, header := range []string{"", "Referer: http://evil.test/\n", "X-Forwarded-Host: evil.test\n", "X-Forwarded-Prefix: //evil.test\n"} {
					tried++
					answers, err := v.ask(method + " " + page + query + " HTTP/1.1\n" + own + header + "Content-Length: 0\n\n")
					if len(answers) != 1 || err != nil {
						t.Errorf("%s %s: %d answers, %v", method, page, len(answers), err)
						continue
					}
					a := answers[0]
					if a.StatusCode/100 == 3 {
						led++
					}
					if wrong := flaw(a); wrong != "" || a.StatusCode == http.StatusInternalServerError {
						t.Errorf("%s %s%s: %s, %s", method, page, query, a.Status, wrong)
						continue
					}
					held++
				}
			}
		}
	}
	if led == 0 {
		t.Error("nothing led anywhere")
	}
	proof.Held(t, "addresses that try to make a redirect leave get none that does", tried, held)
}

// The page about a failed start escapes what it shows, too. It exists before there are
// plug-ins.
func TestMarkupInjection_failurePage(t *testing.T) {
	d := desktop.Start(t)
	bin := filepath.Join(d.Home(), "bin")
	shown := filepath.Join(d.Home(), "shown")
	in := filepath.Join(d.Home(), `<zq a="zq">`) // will be in the error
	for _, dir := range []string{bin, in} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// What opens the browser.
	for path, text := range map[string]string{
		filepath.Join(bin, "xdg-open"): "#!/bin/sh\ncurl -sf \"$1\" -o '" + shown + ".new' && mv '" + shown + ".new' '" + shown + "'\n",
		filepath.Join(in, "target"):    "in the way",
	} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := d.Command(target)
	cmd.Env = append(desktop.Without(cmd.Env, "PATH", "XDG_CONFIG_HOME"), "PATH="+bin+":"+os.Getenv("PATH"), "XDG_CONFIG_HOME="+in)
	p := d.Spawn(cmd)
	if code := p.Wait().ExitCode(); code != 1 {
		t.Errorf("exit status %d, want 1", code)
	}
	desktop.Await(t, "the page", func() bool { _, err := os.Stat(shown); return err == nil })
	page, err := os.ReadFile(shown)
	if err != nil {
		t.Fatal(err)
	}
	held := 1
	if unescaped(string(page)) != "" || strings.Contains(string(page), "<script>alert") || !strings.Contains(string(page), "zq") {
		t.Errorf("%s", page)
		held = 0
	}
	proof.Held(t, "the page of a failed start shows a hostile name and path as text", 1, held)
}
