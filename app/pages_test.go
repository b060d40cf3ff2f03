package app

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/tray"
)

func (p *program) settingsFile() string {
	return filepath.Join(os.Getenv("XDG_CONFIG_HOME"), p.ID, settingsName)
}

func TestSettingsAreChangedByPostOnly(t *testing.T) {
	p := serve(t, plain{})
	was := p.settings.Values()
	page := p.page(t, "/app.settings?port=99&otherUsers=on&startAtLogin=on")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `name="port" min="1" max="65535" required value="`+strconv.Itoa(p.port)+`"`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if now := p.settings.Values(); now != was {
		t.Errorf("a GET made %+v of %+v", now, was)
	}
	port := strconv.Itoa(p.port)
	page = p.submit(t, "/app.settings", "port="+port+"&otherUsers=on")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `role="status">Saved.<`) {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if now, want := p.settings.Values(), (settings.Values{Port: p.port, OtherUsers: true}); now != want {
		t.Errorf("%+v, want %+v", now, want)
	}
	if page = p.submit(t, "/app.settings", "port=7&openBrowser=on"); !strings.Contains(page.body, "The port will be 7 after a restart.") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	store, warnings := settings.Open(p.settingsFile())
	if got, want := store.Values(), (settings.Values{Port: 7, OpenBrowser: true}); got != want || warnings != nil {
		t.Errorf("the file has %+v, want %+v; %v", got, want, warnings)
	}
}

func TestAPortOutOfRangeChangesNothing(t *testing.T) {
	p := serve(t, plain{})
	was := p.settings.Values()
	for _, port := range []string{"0", "-1", "65536", "x", "", "99999999999999999999"} {
		page := p.submit(t, "/app.settings", "port="+port+"&otherUsers=on")
		if page.StatusCode != http.StatusBadRequest || !strings.Contains(page.body, "port") {
			t.Errorf("%q: %s: %s", port, page.Status, page.body)
		}
	}
	if now := p.settings.Values(); now != was {
		t.Errorf("%+v was made of %+v", now, was)
	}
}

func TestSettingsThatCannotBeSavedAreSaid(t *testing.T) {
	p := serve(t, plain{})
	if err := os.MkdirAll(p.settingsFile(), 0o700); err != nil { // where a file should be
		t.Fatal(err)
	}
	page := p.submit(t, "/app.settings", "port=7&otherUsers=on")
	if page.StatusCode != http.StatusInternalServerError || !strings.Contains(page.body, "Not everything was saved") || !strings.Contains(page.body, "not saved: ") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if !p.settings.Values().OtherUsers {
		t.Error("they do not hold until the end")
	}
}

func TestDamagedSettingsAreSaidAndSetAside(t *testing.T) {
	h := newHome(t)
	h.remember(`{"port`)
	p := h.launch("plain", "-no-browser", "-no-tray")
	if page := get(t, p.url()+"app.settings"); !strings.Contains(page, "damaged") || !strings.Contains(page, "the defaults hold") {
		t.Errorf("%s", page)
	}
	if aside, err := filepath.Glob(filepath.Join(h.dir, "config", "plain", settingsName+".damaged-*")); len(aside) != 1 {
		t.Errorf("%q, %v", aside, err)
	}
}

func TestTheLogsPageShowsItsEnd(t *testing.T) {
	p := serve(t, plain{})
	var long strings.Builder
	for i := range 10_000 {
		long.WriteString("<line> " + strconv.Itoa(i) + "\n")
	}
	f, err := appendTo(p.journal.path())
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString(long.String())
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	page := p.page(t, "/app.log").body
	_, text, _ := strings.Cut(page, "<pre")
	_, text, _ = strings.Cut(text, ">")
	if !strings.HasPrefix(text, "&lt;line&gt; ") || !strings.Contains(text, "&lt;line&gt; 9999\n") || strings.Contains(text, "<line>") || strings.Contains(text, "&gt; 0\n") {
		t.Errorf("it begins with %.40q", text)
	}
	if err := os.Remove(p.journal.path()); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	} else if err == nil && !strings.Contains(p.page(t, "/app.log").body, "Nothing has been logged yet.") {
		t.Error("no log is not said")
	}
}

func TestAPluginsFaviconIsNotHidden(t *testing.T) {
	if hasFavicon(plain{}) || !hasFavicon(favicon{}) {
		t.Error("which plug-in has one?")
	}
}

func TestTheBrowserShowsTheProgramsIcon(t *testing.T) {
	own := []byte("\x89PNG\r\n\x1a\n and more")
	for _, c := range []struct {
		icon              tray.Icon
		contentType, body string
	}{
		{tray.Icon{}, "image/vnd.microsoft.icon", string(assets.IconICO)},
		{tray.Icon{PNG: own}, "image/png", string(own)},
	} {
		p := serveApp(t, &App{Name: "Plain", Plugins: []any{plain{}}, Icon: c.icon})
		if got := p.page(t, "/favicon.ico"); got.Header.Get("Content-Type") != c.contentType || got.body != c.body {
			t.Errorf("%v: %.20q", got.Header, got.body)
		}
	}
}

func TestAnIconWithoutPNGIsRefused(t *testing.T) {
	ico := []byte("icon")
	for _, icon := range []tray.Icon{{Template: ico}, {LightICO: ico}, {DarkICO: ico}} {
		if err := (&App{Name: "Plain", Icon: icon}).setDefaults(); err == nil || !strings.Contains(err.Error(), "App.Icon.PNG") {
			t.Errorf("%+v: %v", icon, err)
		}
	}
}

func TestHostOf(t *testing.T) {
	if got := hostOf("http://127.0.0.1:8888/"); got != "127.0.0.1:8888" {
		t.Error(got)
	}
}

func TestBothAddressesAreHeld(t *testing.T) {
	at, err := listenBoth(0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(at)
	port := at[0].Addr().(*net.TCPAddr).Port
	for _, l := range at {
		if again, err := net.Listen("tcp", l.Addr().String()); err == nil {
			again.Close()
			t.Errorf("somebody else can have %v", l.Addr())
		}
		if l.Addr().(*net.TCPAddr).Port != port {
			t.Errorf("%v and port %d", l.Addr(), port)
		}
	}
	if _, err := listenBoth(port); err == nil {
		t.Error("the same port twice")
	}
	near, other, err := listenNear(port)
	if err != nil || other == nil {
		t.Fatalf("%v, %v", other, err)
	}
	if got := near[0].Addr().(*net.TCPAddr).Port; got == port {
		t.Error("the same port twice")
	}
	closeAll(near)
}
