package web

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

func settingsFile() string { return filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "settings.json") }

func TestSettingsPage(t *testing.T) {
	p := serve(t, plain{})
	was := p.Settings.Values()
	page := p.page(t, "/app.settings?port=99&otherUsers=on&startAtLogin=on")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `name="port" min="1" max="65535" required value="`+strconv.Itoa(p.port)+`"`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if now := p.Settings.Values(); now != was {
		t.Errorf("a GET made %+v of %+v", now, was)
	}
	port := strconv.Itoa(p.port)
	page = p.submit(t, "/app.settings", "port="+port+"&otherUsers=on")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `role="status">Saved.<`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if now, want := p.Settings.Values(), (settings.Values{Port: p.port, OtherUsers: true}); now != want {
		t.Errorf("%+v, want %+v", now, want)
	}
	if page = p.submit(t, "/app.settings", "port=8007&openBrowser=on"); !strings.Contains(page.body, "The port will be 8007 after a restart.") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	store, warnings := settings.Open(settingsFile())
	if got, want := store.Values(), (settings.Values{Port: 8007, OpenBrowser: true}); got != want || warnings != nil {
		t.Errorf("the file has %+v, want %+v; %v", got, want, warnings)
	}
}

func TestSettingsPageBadPort(t *testing.T) {
	p := serve(t, plain{})
	was := p.Settings.Values()
	for _, port := range []string{"0", "-1", "65536", "x", "", "99999999999999999999", "6666"} {
		problem := "Enter a number from 1 to 65535."
		if port == "6666" {
			problem = "This port cannot be used: browsers do not open port 6666, which is for ircu; choose another one."
		}
		page := p.submit(t, "/app.settings", "port="+port+"&otherUsers=on")
		if page.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", port, page.Status)
		}
		// The form comes back as it was filled in, with the error at its field.
		for _, want := range []string{
			`value="` + port + `" aria-describedby="portProblem portNote" aria-invalid="true"`,
			`id="portProblem">` + problem + `</span>`,
			`name="otherUsers" aria-describedby="otherUsersNote" checked`,
			`Nothing was saved`,
		} {
			if !strings.Contains(page.body, want) {
				t.Errorf("%q: the page has no %s: %s", port, want, page.body)
			}
		}
		if strings.Contains(page.body, `role="status"`) {
			t.Errorf("%q: it is said to be saved: %s", port, page.body)
		}
	}
	if now := p.Settings.Values(); now != was {
		t.Errorf("%+v was made of %+v", now, was)
	}
}

func TestSettingsPageUnsaved(t *testing.T) {
	p := serve(t, plain{})
	if err := os.MkdirAll(settingsFile(), 0o700); err != nil { // where a file should be
		t.Fatal(err)
	}
	page := p.submit(t, "/app.settings", "port=8007&otherUsers=on")
	if page.StatusCode != http.StatusInternalServerError || !strings.Contains(page.body, "Not everything was saved") || !strings.Contains(page.body, "not saved: ") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if !p.Settings.Values().OtherUsers {
		t.Error("they do not hold until the end")
	}
}

func TestLogPage(t *testing.T) {
	p := serve(t, plain{})
	var long strings.Builder
	for i := range 10_000 {
		long.WriteString("<line> " + strconv.Itoa(i) + "\n")
	}
	f, err := journal.Append(p.Journal.Path())
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(long.String())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	page := p.page(t, "/app.log").body
	_, lines, _ := strings.Cut(page, "<tbody>")
	if !strings.HasPrefix(lines, "\n<tr><td></td><td></td><td>&lt;line&gt; 9999</td></tr>\n<tr><td></td><td></td><td>&lt;line&gt; 9998<") || strings.Contains(page, "<line>") || strings.Contains(page, "&gt; 0<") {
		t.Errorf("it begins with %.100q", lines)
	}
	if err := os.Remove(p.Journal.Path()); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	} else if err == nil && !strings.Contains(p.page(t, "/app.log").body, "Nothing has been logged yet.") {
		t.Error("no log is not said")
	}
}

func TestParseLogLine(t *testing.T) {
	zone := time.FixedZone("India", 5*3600+1800)
	for line, want := range map[string]logLine{
		`time=2026-11-28T20:00:00.123Z level=INFO msg=running url=http://127.0.0.1:8888/`: {"29 Nov 01:30:00", "INFO", "running", "url=http://127.0.0.1:8888/"},
		`time=2026-11-28T21:20:47+01:00 level=WARN msg="it is \"so\"" a="b c"`:            {"29 Nov 01:50:47", "WARN", `it is "so"`, `a="b c"`},
		`time=2026-11-28T20:00:00Z level=INFO msg=end`:                                    {"29 Nov 01:30:00", "INFO", "end", ""},
		`time=yesterday level=INFO msg=end`:                                               {Message: `time=yesterday level=INFO msg=end`},
		`[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`:                                      {Message: `[1234:ERROR:gpu] time=2026-11-28T20:00:00Z`},
		`time=2026-11-28T20:00:00Z level=INFO msg="half`:                                  {"29 Nov 01:30:00", "INFO", `"half`, ""},
		``: {},
	} {
		if got := parseLogLine(line, zone); got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}

func TestGoodbyeHasName(t *testing.T) {
	s := serve(t, plain{})
	if page := s.submit(t, "/app.shutdown", ""); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "<title>Goodbye – Plain</title>") || !strings.Contains(page.body, "Plain finishes what it is doing and ends.") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	<-s.life.Ended()
}

// A clash has a page of the program's own.
type clash struct{ plain }

func (clash) OnAppLog(w *dibbler.Response, r *http.Request) error { return nil }

// appointments has pages whose names begin as the program's own do.
type appointments struct{ plain }

func (appointments) OnAppointments(w *dibbler.Response, r *http.Request) error { return nil }
func (appointments) OnAppLogin(w *dibbler.Response, r *http.Request) error     { return nil }

func TestClash(t *testing.T) {
	err := checkClashes(pages{}, []any{plain{}, clash{}})
	if err == nil || !strings.Contains(err.Error(), "plug-in web.clash: OnAppLog serves a page of the program's own") {
		t.Error(err)
	}
	s := serve(t, appointments{})
	for _, target := range []string{"/appointments", "/app.login"} {
		if got := s.page(t, target); got.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", target, got.Status)
		}
	}
}

func TestPluginsFavicon(t *testing.T) {
	own := favicon{"image/png", []byte("own")}
	if got := serve(t, plain{}, own).page(t, "/favicon.ico"); got.body != "own" {
		t.Errorf("%s, %q", got.Status, got.body)
	}
}

func TestFavicon(t *testing.T) {
	own := []byte("\x89PNG\r\n\x1a\n and more")
	for _, c := range []struct {
		icon              []byte
		contentType, body string
	}{
		{assets.TrayPNG, "image/vnd.microsoft.icon", string(assets.IconICO)},
		{own, "image/png", string(own)},
	} {
		p := serveConfig(t, Config{BareConfig: BareConfig{Plugins: []any{plain{}}}, Icon: c.icon})
		if got := p.page(t, "/favicon.ico"); got.Header.Get("Content-Type") != c.contentType || got.body != c.body {
			t.Errorf("%v: %.20q", got.Header, got.body)
		}
	}
}
