package web

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/settings"
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
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `role="status" class="success">Saved.<`) {
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

// A form changes only the settings that the owner has changed on its page, because the others
// may have been changed elsewhere in the meantime.
func TestSettingsPage_outdated(t *testing.T) {
	p := serve(t, plain{})
	submit := func(page, fields string) answer {
		t.Helper()
		shown := regexp.MustCompile(`name="shown" value="([^"]*)"`).FindStringSubmatch(page)
		if shown == nil {
			t.Fatalf("the page has no field: %s", page)
		}
		return p.submit(t, "/app.settings", fields+"&shown="+url.QueryEscape(shown[1]))
	}
	t.Cleanup(func() {
		if err := p.Login.Set(false); err != nil {
			t.Error(err)
		}
	})
	port := fmt.Sprint("port=", p.port)
	first := submit(p.page(t, "/app.settings").body, port+"&openBrowser=on&otherUsers=on")
	outdated := first.body
	submit(outdated, port+"&startAtLogin=on") // in another window
	if on, err := p.Login.Enabled(); !on || err != nil {
		t.Fatal(on, err)
	}
	bad := submit(outdated, "port=0&openBrowser=on&otherUsers=on")
	if bad.StatusCode != http.StatusBadRequest {
		t.Errorf("%s: %s", bad.Status, bad.body)
	}
	if page := submit(bad.body, "port=8007&openBrowser=on&otherUsers=on"); !strings.Contains(page.body, "The port will be 8007 after a restart.") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if got, want := p.Settings.Values(), (settings.Values{Port: 8007}); got != want {
		t.Errorf("the settings are %+v, want %+v", got, want)
	}
	if on, err := p.Login.Enabled(); !on || err != nil {
		t.Errorf("start at login: %v, %v, want true", on, err)
	}
}

func TestSettingsPageBadPort(t *testing.T) {
	p := serve(t, plain{})
	was := p.Settings.Values()
	for _, port := range []string{"0", "-1", "65536", "x", "", "99999999999999999999", "6666"} {
		problem := "Enter a number from 1 to 65535."
		if port == "6666" {
			problem = "This port cannot be used: browsers block port 6666, which is for ircu; choose another port."
		}
		page := p.submit(t, "/app.settings", "port="+port+"&otherUsers=on")
		if page.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", port, page.Status)
		}
		// The form is shown again with the typed values and the error beside its field.
		for _, want := range []string{
			`value="` + port + `" aria-describedby="portProblem portNote" aria-invalid="true"`,
			`id="portProblem">` + problem + `</small>`,
			`name="otherUsers" aria-describedby="otherUsersNote" checked`,
			`role="alert">Nothing was saved. Please correct:<br><a href="#port">Port: ` + problem + `</a></p>`,
		} {
			if !strings.Contains(page.body, want) {
				t.Errorf("%q: the page has no %s: %s", port, want, page.body)
			}
		}
		if strings.Contains(page.body, `role="status"`) {
			t.Errorf("%q: the page says that it was saved: %s", port, page.body)
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
	if page.StatusCode != http.StatusInternalServerError || !strings.Contains(page.body, "Not everything was saved") || !strings.Contains(page.body, "cannot be written: ") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	if !p.Settings.Values().OtherUsers {
		t.Error("the new settings are not used until the program ends")
	}
}
