package app

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

// templates are read when the first of them is needed, which is after the start.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets.Web, "web/*.html"))
})

// shownLog is how many bytes of the log its page shows.
const shownLog = 64 << 10

// pages is the plug-in with the program's own pages.
type pages struct{ *program }

// A frame is what all pages have.
type frame struct {
	Name    string
	Title   string
	Wide    bool
	Problem string
}

func (p pages) show(w *dibbler.Response, name string, data any) error {
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := page.WriteTo(w)
	return err
}

// A settingsPage is what web/settings.html shows.
type settingsPage struct {
	frame
	settings.Values
	StartAtLogin bool
	LoginProblem string
	Saved        string
}

// A settingsForm is what it sends.
type settingsForm struct {
	Port         int  `schema:"port"`
	OpenBrowser  bool `schema:"openBrowser"`
	StartAtLogin bool `schema:"startAtLogin"`
	OtherUsers   bool `schema:"otherUsers"`
}

// OnAppSettings shows the settings, and takes new ones.
func (p pages) OnAppSettings(w *dibbler.Response, r *http.Request, form settingsForm) error {
	page := settingsPage{frame: frame{Name: p.Name, Title: "Settings"}}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		if form.Port < 1 || form.Port > 65535 {
			status = http.StatusBadRequest
			page.Problem = "Nothing was saved: the port must be 1 to 65535."
		} else if err := p.save(form); err != nil {
			status = http.StatusInternalServerError
			page.Problem = "Not everything was saved: " + err.Error()
		} else {
			page.Saved = "Saved."
			if form.Port != p.port {
				page.Saved = fmt.Sprintf("Saved. The port will be %d after a restart.", form.Port)
			}
		}
	} else if err := p.loginProblem(); err != nil { // as from the tray, which leads here
		page.Problem = "This could not be changed: " + err.Error()
	}
	page.Values = p.settings.Values()
	if page.Port == 0 {
		page.Port = p.port
	}
	var err error
	if page.StartAtLogin, err = p.login.Enabled(); err != nil {
		page.LoginProblem = "This system does not tell: " + err.Error()
	}
	w.WriteHeader(status)
	return p.show(w, "settings.html", page)
}

func (p pages) save(form settingsForm) error {
	err := p.settings.Update(func(v *settings.Values) {
		v.Port, v.OpenBrowser, v.OtherUsers = form.Port, form.OpenBrowser, form.OtherUsers
	})
	if !p.settings.Values().OtherUsers {
		p.door.closeGuests()
	}
	slog.Info("settings", "port", form.Port, "openBrowser", form.OpenBrowser, "otherUsers", form.OtherUsers)
	return errors.Join(err, p.setStartAtLogin(form.StartAtLogin))
}

// OnAppLog shows the end of the log.
func (p pages) OnAppLog(w *dibbler.Response, r *http.Request) error {
	page := struct {
		frame
		Path, Text string
		Refusals   int
	}{frame: frame{Name: p.Name, Title: "Log", Wide: true}, Path: p.journal.path(), Refusals: p.refusals.total()}
	text, err := p.journal.tail(shownLog)
	page.Text = string(text)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		page.Text = "Nothing has been logged yet."
	case err != nil:
		page.Problem = "The log cannot be read: " + err.Error()
	}
	return p.show(w, "log.html", page)
}

// OnAppShutdown ends the program when its button is pressed. Browsers fetch
// pages without being asked, so a GET changes nothing.
func (p pages) OnAppShutdown(w *dibbler.Response, r *http.Request) error {
	if r.Method == http.MethodPost {
		return dibbler.ErrShutdown
	}
	return p.show(w, "shutdown.html", frame{Name: p.Name, Title: "Shut down"})
}

// An itemForm is what the bar sends for a plug-in's tray item: which it is of those
// that there were, and what it said.
type itemForm struct {
	N     int    `schema:"n,required"`
	Label string `schema:"label"`
}

// OnAppItem does what a plug-in's tray item does. The items may have changed since
// the page was made, and another one must not be done.
func (p pages) OnAppItem(w *dibbler.Response, r *http.Request, form itemForm) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"POST"}}}
	}
	items := p.trayItems()
	if form.N < 0 || form.N >= len(items) || items[form.N].Label != form.Label || items[form.N].Do == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such item any more."}
	}
	// It is no part of the request: a tab that is closed does not stop it.
	if err := p.doTask(items[form.N]); err != nil {
		return fmt.Errorf("%s: %w", items[form.N].Label, err)
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// OnAppEvents tells an open page when the program ends.
func (p pages) OnAppEvents(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/event-stream")
	w.Flush()
	select {
	case <-dibbler.Stopping(r.Context()):
		_, err := w.WriteString("event: end\ndata:\n\n")
		return err
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

// OnAppCss and OnAppJs serve what the line at the end of every page uses.
func (p pages) OnAppCss(w *dibbler.Response, r *http.Request) error {
	return serveAsset(w, r, "app.css", "text/css; charset=utf-8")
}

func (p pages) OnAppJs(w *dibbler.Response, r *http.Request) error {
	return serveAsset(w, r, "app.js", "text/javascript; charset=utf-8")
}

func serveAsset(w *dibbler.Response, r *http.Request, name, contentType string) error {
	content, err := assets.Web.ReadFile("web/" + name)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", contentType)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return nil
}
