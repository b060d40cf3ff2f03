package web

import (
	"errors"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/saved"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A level is a type with its own text format.
type level int

func (l level) MarshalText() ([]byte, error) { return []byte(strings.Repeat("+", int(l))), nil }

func (l *level) UnmarshalText(text []byte) error {
	if strings.Trim(string(text), "+") != "" {
		return errors.New("use plus signs")
	}
	*l = level(len(text))
	return nil
}

type embedded struct {
	Folder string `label:"Folder <x>"`
}

// prefs has fields of all kinds.
type prefs struct {
	Minutes int           `schema:"minutes" json:"minutes" label:"Minutes" help:"How long the tea draws."`
	Small   uint8         `json:"small"`
	Share   float64       `json:"share"`
	Loud    bool          `json:"loud" label:"Loud"`
	Every   time.Duration `json:"every"`
	From    time.Time     `json:"from"`
	Sound   string        `json:"sound" choices:"bell|gong|none"`
	Level   level         `json:"level"`
	embedded
	Hidden []string `schema:"-" json:"hidden"`
	secret int
}

// A preferrer is a plug-in with settings.
type preferrer struct {
	plain
	path  string
	check func(prefs, *dibbler.FormErrors)
	store *saved.Store[prefs]
	other *saved.Store[embedded]
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func (p *preferrer) start(site *Site) (err error) {
	initial := prefs{Minutes: 4, Share: 0.25, Every: 90 * time.Minute, From: noon, Sound: "gong", Level: 2, Hidden: []string{"x"}, secret: 1}
	if p.store, _, err = saved.Open(p.path, initial); err != nil {
		return err
	}
	if p.other, _, err = saved.Open(p.path+".other", embedded{Folder: "/here"}); err != nil {
		return err
	}
	tea, err := NewSection("tea", "Tea", p.store, p.check)
	if err != nil {
		return err
	}
	other, err := NewSection("other", "Other", p.other, nil)
	return errors.Join(err, site.AddSection(tea), site.AddSection(other))
}

// serveSettings serves the settings page with two sections.
func serveSettings(t *testing.T, check func(prefs, *dibbler.FormErrors)) (*preferrer, *site) {
	t.Helper()
	p := &preferrer{path: filepath.Join(t.TempDir(), "tea.json"), check: check}
	return p, serve(t, p)
}

// contains fails the test unless page has all texts in want.
func contains(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, want := range want {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s:\n%s", want, page)
		}
	}
}

func TestSection_shown(t *testing.T) {
	_, s := serveSettings(t, nil)
	page := s.page(t, "/app.settings")
	contains(t, page.body,
		`<h2 id="tea-section">Tea</h2>`,
		`<h2 id="other-section">Other</h2>`,
		`<h2>The program</h2>`,
		`<label for="tea.minutes">Minutes</label>`,
		`<input type="number" step="1" id="tea.minutes" name="minutes" value="4" required aria-describedby="tea.minutes.note">`,
		`<small id="tea.minutes.note">How long the tea draws.</small>`,
		`<input type="number" step="any" id="tea.Share" name="Share" value="0.25" required>`,
		`<input type="checkbox" id="tea.Loud" name="Loud">`,
		`<input type="text" id="tea.Every" name="Every" value="1h30m" required>`,
		`<input type="date" id="tea.From" name="From" value="2026-03-01">`,
		`<select id="tea.Sound" name="Sound">`,
		"<option>bell</option>\n<option selected>gong</option>\n<option>none</option>",
		`name="Level" value="&#43;&#43;"`,
		`<label for="tea.Folder">Folder &lt;x&gt;</label>`,
		`<input type="text" id="other.Folder" name="Folder" value="/here">`,
	)
	if strings.Contains(page.body, "Hidden") || strings.Contains(page.body, "secret") {
		t.Error("a field that is left out is shown")
	}
	if again := s.page(t, "/app.settings/tea?Minutes=9"); again.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != "/app.settings" {
		t.Errorf("a GET request for the form's target: %s", again.Status)
	}
	if program := serve(t, plain{}).page(t, "/app.settings"); strings.Contains(program.body, "<h2") {
		t.Errorf("a page without sections has headings: %s", program.body)
	}
}

func TestSection_saved(t *testing.T) {
	p, s := serveSettings(t, nil)
	form := url.Values{"minutes": {" 5 "}, "Small": {"255"}, "Share": {"0.5"}, "Loud": {"on"}, "Every": {"2h"}, "From": {"2026-03-01"}, "Sound": {"none"}, "Level": {"+"}, "Folder": {""}}
	page := s.submit(t, "/app.settings/tea", form.Encode())
	if page.StatusCode != http.StatusOK {
		t.Error(page.Status)
	}
	contains(t, page.body, `role="status" class="success">Tea: saved.</p>`, `name="minutes" value="5"`, `name="Loud" checked>`, `value="/here"`)
	got := p.store.Get()
	if !got.From.Equal(noon) {
		t.Errorf("the date should not change, and is now %v", got.From)
	}
	if len(got.Hidden) != 1 || got.Minutes != 5 || got.Small != 255 || got.Share != 0.5 || !got.Loud || got.Every != 2*time.Hour || got.Sound != "none" || got.Level != 1 {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(s.logged(t), "section=tea") {
		t.Error("the log does not say so")
	}
	// Fields that are missing in the form do not change, except checkboxes.
	if page := s.submit(t, "/app.settings/tea", "minutes=6"); page.StatusCode != http.StatusOK {
		t.Error(page.Status)
	}
	if got := p.store.Get(); got.Minutes != 6 || got.Loud || got.Sound != "none" || got.Every != 2*time.Hour {
		t.Errorf("got %+v", got)
	}
	s.submit(t, "/app.settings/tea", "From=2026-04-02")
	if got := p.store.Get().From; got.Format(time.DateOnly) != "2026-04-02" || got.Location() != time.Local && got.Hour() != 0 {
		t.Errorf("the date is %v", got)
	}
}

func TestSection_invalid(t *testing.T) {
	p, s := serveSettings(t, func(v prefs, errs *dibbler.FormErrors) {
		if v.Minutes > 10 {
			errs.Add("minutes", "Enter at most 10.")
		}
		if v.Minutes == 9 && v.Share == 0.25 {
			errs.Add("", "Nine does not go with a quarter.")
		}
		if v.Small == 0 && v.Level == 0 {
			errs.Add("Small", "Never.")
		}
	})
	for form, want := range map[string][]string{
		"minutes=11&Sound=bell":        {`name="minutes" value="11"`, `id="tea.minutes.problem">Enter at most 10.<`, `<option selected>bell`, `Please correct:<br><a href="#tea.minutes">Minutes: Enter at most 10.</a></p>`},
		"minutes=x":                    {`name="minutes" value="x"`, `aria-invalid="true" autofocus aria-describedby="tea.minutes.problem tea.minutes.note"`, "Enter a whole number."},
		"minutes=":                     {`id="tea.minutes.problem">Fill this in.`},
		"Every=x%2B":                   {`value="x&#43;"`, "Enter a duration such as 90s or 1h30m."},
		"Small=256&Share=nan&Loud=on":  {`name="Small" value="256"`, "from 0 to 255", `name="Share" value="nan"`, "Enter a number such as 1.5.", `name="Loud" checked`},
		"Sound=trumpet":                {`<option selected>trumpet</option>`, "Choose one of bell, gong, none."},
		"Level=3":                      {"Use plus signs."},
		"From=yesterday":               {"Enter a date such as 2026-12-31"},
		"minutes=9":                    {`role="alert">Tea: nothing was saved. Nine does not go with a quarter.<`},
		"minutes=11&Share=x&Level=%2B": {"Enter at most 10.", "Enter a number such as 1.5."},
		"minutes=9&Share=x":            {"Enter a number such as 1.5.", "Nine does not go with a quarter."},
	} {
		page := s.submit(t, "/app.settings/tea", form)
		if page.StatusCode != http.StatusUnprocessableEntity || strings.Contains(page.body, `role="status"`) {
			t.Errorf("%s: %s", form, page.Status)
		}
		contains(t, page.body, append(want, "nothing was saved")...)
		if n := strings.Count(page.body, " autofocus"); n > 1 {
			t.Errorf("%s: %d fields have the focus", form, n)
		}
	}
	if got := p.store.Get(); got.Minutes != 4 || got.Loud || got.Sound != "gong" {
		t.Errorf("saved in spite of errors: %+v", got)
	}
}

// Line ends are kept. An input element would remove them, and browsers send them as two
// characters.
func TestSection_lines(t *testing.T) {
	p, s := serveSettings(t, nil)
	if err := p.other.Update(func(v *embedded) error { v.Folder = "\na\nb"; return nil }); err != nil {
		t.Fatal(err)
	}
	page := s.page(t, "/app.settings")
	contains(t, page.body, "<textarea id=\"other.Folder\" name=\"Folder\" rows=\"5\">\n\na\nb</textarea>")
	for form, want := range map[string]string{"Folder=%0D%0Aa%0D%0Ab": "\na\nb", "Folder=c%0D%0Ad": "c\nd"} {
		if page := s.submit(t, "/app.settings/other", form); page.StatusCode != http.StatusOK || p.other.Get().Folder != want {
			t.Errorf("%s: %s, %q", form, page.Status, p.other.Get().Folder)
		}
	}
}

// Other web pages and links cannot change settings.
func TestSection_foreign(t *testing.T) {
	p, s := serveSettings(t, nil)
	const body = "Content-Type: application/x-www-form-urlencoded\nContent-Length: 9\n\nminutes=9"
	for request, want := range map[string]int{
		"POST /app.settings/tea HTTP/1.1\nHost: 127.0.0.1:P\nOrigin: http://evil.test\n" + body:        http.StatusForbidden,
		"POST /app.settings/tea HTTP/1.1\nHost: 127.0.0.1:P\nSec-Fetch-Site: cross-site\n" + body:      http.StatusForbidden,
		"POST /app.settings/tea HTTP/1.1\nHost: evil.test\n" + body:                                    http.StatusMisdirectedRequest,
		"GET /app.settings/tea?minutes=9 HTTP/1.1\nHost: 127.0.0.1:P\nSec-Fetch-Site: same-origin\n\n": http.StatusSeeOther,
		"PUT /app.settings/tea?minutes=9 HTTP/1.1\nHost: 127.0.0.1:P\nSec-Fetch-Site: same-origin\n\n": http.StatusMethodNotAllowed,
	} {
		if got := s.raw(t, request); got.StatusCode != want {
			t.Errorf("%s: %s, want %d", request, got.Status, want)
		}
	}
	if got := p.store.Get().Minutes; got != 4 {
		t.Errorf("it is %d", got)
	}
}

// TestSection_conflict: the form of a page that shows outdated values does not replace newer
// ones until it is sent again.
func TestSection_conflict(t *testing.T) {
	p, s := serveSettings(t, nil)
	target := func(page string) string {
		t.Helper()
		return html.UnescapeString(regexp.MustCompile(`/app.settings/tea\?[^"]*`).FindString(page))
	}
	at := target(s.page(t, "/app.settings").body)
	if page := s.submit(t, at, "minutes=5&Loud=on"); page.StatusCode != http.StatusOK {
		t.Fatal(page.Status)
	}
	page := s.submit(t, at, "minutes=4&Sound=bell")
	if page.StatusCode != http.StatusUnprocessableEntity {
		t.Error(page.Status)
	}
	contains(t, page.body, "nothing was saved. These settings were changed in the meantime.", `name="minutes" value="4"`,
		"The saved value is “5”.", "The saved value is “gong”.", "The saved value is “on”.", `<option selected>bell`)
	if got := p.store.Get(); got.Minutes != 5 || !got.Loud || got.Sound != "gong" {
		t.Errorf("got %+v", got)
	}
	if page = s.submit(t, target(page.body), "minutes=4&Sound=bell"); page.StatusCode != http.StatusOK {
		t.Error(page.Status)
	}
	if got := p.store.Get(); got.Minutes != 4 || got.Loud || got.Sound != "bell" {
		t.Errorf("got %+v", got)
	}
}

func TestSection_notSaved(t *testing.T) {
	p, s := serveSettings(t, nil)
	if err := os.WriteFile(p.path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	page := s.submit(t, "/app.settings/tea", "minutes=5")
	if page.StatusCode != http.StatusInternalServerError {
		t.Error(page.Status)
	}
	contains(t, page.body, "Tea: not saved: "+p.path+" is damaged", `name="minutes" value="5"`)
	if got := p.store.Get().Minutes; got != 4 {
		t.Errorf("got %d", got)
	}
}

type noSetting struct{ Tags []string }

type unshown struct{ At halfText }

// A halfText can be parsed from a text, but not converted to one.
type halfText string

func (*halfText) UnmarshalText([]byte) error { return nil }

func TestNewSection_wrongType(t *testing.T) {
	for want, err := range map[string]error{
		"field Tags is a []string; a setting is":        newSectionError(t, noSetting{}),
		"field At is a web.halfText; a setting is":      newSectionError(t, unshown{}),
		"map[string]int is not a struct":                newSectionError(t, map[string]int{}),
		"struct {} has no field that a form could fill": newSectionError(t, struct{}{}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// newSectionError returns the error of a section for a value of type T.
func newSectionError[T any](t *testing.T, initial T) error {
	store, _, err := saved.Open(filepath.Join(t.TempDir(), "x.json"), initial)
	if err != nil {
		return err
	}
	section, err := NewSection("x", "X", store, nil)
	if err != nil {
		return err
	}
	site := &Site{server: new(dibbler.Server)}
	return site.AddSection(section)
}
