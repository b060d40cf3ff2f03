package attack

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// secret is what nobody but the plug-in is to see.
const secret = "swordfish-7f3a"

// secretRequests hold the secret wherever there is room for one.
func secretRequests() (all []string) {
	form := func(page, text string) string {
		return fmt.Sprintf("POST /%s HTTP/1.1\n%s%sContent-Length: %d\n\n%s", page, own, urlencoded, len(text), text)
	}
	for _, page := range []string{"", "act", "body", "show", "nowhere", "form", "upload", "header", "app.settings", "app.log", "app.item", "app.shutdown", "app.css"} {
		for _, query := range []string{secret, "text=" + secret, secret + "=1", "count=" + secret, "port=" + secret, "n=" + secret, "%zz" + secret, "a=1;b=" + secret, "items.500." + "x=" + secret} {
			all = append(all, "GET /"+page+"?"+query+" HTTP/1.1\n"+own+"\n")
			if page != "app.shutdown" {
				all = append(all, form(page, query))
			}
		}
		if page != "app.shutdown" {
			text, file := part(`Content-Disposition: form-data; name="count"`, secret), part(`Content-Disposition: form-data; name="count"; filename="`+secret+`"`, secret)
			for _, body := range []string{text, file, text[:len(text)-9], file + file} {
				all = append(all, fmt.Sprintf("POST /%s HTTP/1.1\n%s%sContent-Length: %d\n\n%s", page, own, multipart, len(body)+strings.Count(body, "\n"), body))
			}
		}
		all = append(all, "GET /"+page+" HTTP/1.1\n"+own+"X-Token: "+secret+"\n\n")
		for _, header := range []string{"Cookie: a=" + secret, "Authorization: Bearer " + secret, "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)), "Proxy-Authorization: Basic " + secret, "Referer: http://127.0.0.1:PORT/?" + secret, "User-Agent: " + secret, "Content-Type: text/plain; x=" + secret, "If-None-Match: \"" + secret + "\"", "Range: bytes=" + secret, "Expect: " + secret, "Transfer-Encoding: " + secret, "Content-Length: " + secret, "Upgrade: " + secret} {
			all = append(all, "GET /"+page+" HTTP/1.1\n"+own+header+"\n\n")
			// Refused, for where it comes from.
			all = append(all, "GET /"+page+"?"+secret+" HTTP/1.1\n"+own+"Origin: http://evil.test\n"+header+"\n\n")
		}
	}
	for _, host := range []string{"evil.test", "127.0.0.1"} {
		all = append(all, "GET http://"+host+"/?"+secret+" HTTP/1.1\n"+own+"\n", "GET /?"+secret+" HTTP/1.1\nHost: "+host+"\n\n")
	}
	return all
}

// Every part of a request carries a secret. None of them, nor the key of the owner's
// launches, is found where others or later readers could look: in the log with -verbose,
// in what the program prints, in files, and in the lists of processes.
func TestLog_secrets(t *testing.T) {
	d := desktop.Start(t)
	browser := newFakeBrowser(t, d.Home())
	p := tool.Start(t, d, browser.use, target, "-no-tray", "-verbose")
	_, port, _ := strings.Cut(p.HostPort(), ":")
	v := &victim{p, t, port}
	browser.next(t, 0)
	key := readAddress(t, d.Home()).Key
	all := secretRequests()
	each(len(all), func(i int) {
		if _, err := v.ask(all[i]); err != nil {
			t.Errorf("%.200q: %v", all[i], err)
		}
	})
	if n := len(v.reached()); n < 20 || len(key) != 44 {
		t.Errorf("%d requests have reached the plug-in; the key is %q", n, key)
	}
	held := len(all)
	find := func(where, text string) {
		for _, s := range []string{secret, base64.StdEncoding.EncodeToString([]byte("me:" + secret)), key} {
			if i := strings.Index(text, s); i >= 0 {
				t.Errorf("%s has %q", where, text[max(0, i-200):min(len(text), i+100)])
				held = 0
			}
		}
	}
	for _, path := range files(t, d.Home()) {
		if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || filepath.Base(path) == "instance.address" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		find(path, string(text))
	}
	find("standard error", v.Stderr())
	for pid, name := range d.Running() {
		for _, file := range []string{"cmdline", "environ", "comm"} {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file)) // it may have ended by now
			find(fmt.Sprint(file, " of ", name), string(text))
		}
	}
	if log := readLog(t, d); !strings.Contains(log, "level=DEBUG") || !strings.Contains(log, "request refused") || !strings.Contains(log, "path=/nowhere") {
		t.Errorf("the log is %.2000s", log)
	}
	proof.Held(t, "queries, forms, cookies, credentials and keys get into no log, file, output or list of processes", len(all), held)
}

// readAddress returns where the owner's launches find the program, and their key.
func readAddress(t *testing.T, home string) (address struct {
	Port json.Number
	Key  string
}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, ".local/state/target/instance.address"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &address); err != nil {
		t.Fatal(err)
	}
	return address
}

func readLog(t *testing.T, d *desktop.Desktop) string {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(d.Home(), ".local/state/target/log.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(log)
}

// No part of a request becomes a line of the log, or does anything to a terminal that
// shows it.
func TestLog_injection(t *testing.T) {
	d := desktop.Start(t)
	v := startOn(t, d, nil, "-verbose")
	evils := []string{"\r\n", "\n", "\r", "\x1b[2J", "\x1b]0;evil\x07", "\x1b[31m", "\x9b31m", "\u009b31m", "\b\b\b\b", "\x00", "\x07", "\x7f", "\u202e", "\u2028", "\u2066", "\u200b", "\ufeff", "\xff\xfe", `"`, `\n`, "%0a", " level=ERROR msg=forged", "=", "\t"}
	var all []string
	for _, evil := range evils {
		text := evil + "time=2000-01-01T00:00:00Z level=INFO msg=forged"
		escaped := strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
		all = append(all,
			"GET /"+escaped+" HTTP/1.1\n"+own+"\n",
			"GET /"+text+" HTTP/1.1\n"+own+"\n",
			"GET /fail?text="+escaped+" HTTP/1.1\n"+own+"\n",
			"GET /fail?panic=1&text="+escaped+" HTTP/1.1\n"+own+"\n",
			"GET /form?count="+escaped+" HTTP/1.1\n"+own+"\n",
			"GET /form?items.500."+escaped+"=1 HTTP/1.1\n"+own+"\n",
			"GET /act HTTP/1.1\nHost: "+text+"\n\n",
			"GET /act HTTP/1.1\nHost: "+escaped+"\n\n",
			"GET /act HTTP/1.1\n"+own+"Origin: "+text+"\n\n",
			"GET"+evil+"X /act HTTP/1.1\n"+own+"\n",
			"POST /form HTTP/1.1\n"+own+"Content-Type: "+text+"\nContent-Length: 1\n\nx",
			"POST /form HTTP/1.1\n"+own+"Content-Type: a/b; "+text+"\nContent-Length: 1\n\nx",
			"POST /upload HTTP/1.1\n"+own+multipart+"Content-Length: 1000\n\n"+part(text, text),
		)
	}
	each(len(all), func(i int) {
		if _, err := v.ask(all[i]); err != nil {
			t.Errorf("%.200q: %v", all[i], err)
		}
	})
	v.reached()
	held := len(all)
	log := readLog(t, d)
	lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	for i, line := range lines {
		bad := func(r rune) bool { return !unicode.IsPrint(r) }
		keys := []string{"time", "level", "msg"}
		if !utf8.ValidString(line) || strings.ContainsFunc(line, bad) || !slices.Equal(logKeys(line)[:3], keys) || strings.Contains(line, " msg=forged") && !strings.Contains(line, `"`) {
			t.Errorf("line %d of the log is %q", i, line)
			held = 0
		}
	}
	if !strings.Contains(log, "forged") {
		t.Errorf("the log is %s", log)
	}
	proof.Held(t, "nothing of a request becomes a line of the log, or anything but printable text in one", len(all), held)
}

// logKeys are the keys of a line of the log, outside of quotes.
func logKeys(line string) (keys []string) {
	for rest := line; ; {
		key, after, ok := strings.Cut(rest, "=")
		if !ok {
			return append(keys, "", "", "")
		}
		keys = append(keys, key)
		if !strings.HasPrefix(after, `"`) {
			_, rest, _ = strings.Cut(after, " ")
			continue
		}
		i := 1
		for ; i < len(after) && after[i] != '"'; i++ {
			if after[i] == '\\' {
				i++
			}
		}
		_, rest, _ = strings.Cut(after[min(i, len(after)):], " ")
	}
}
