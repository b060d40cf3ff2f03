package web

import (
	"net/http"
	"os"
	"path/filepath"
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
