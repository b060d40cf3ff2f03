package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/jobs"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

// templates are parsed when the first of them is needed, which is after the start.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets.Web, "web/*.html", "web/app.css"))
})

// pages is the plug-in with the program's own pages.
type pages struct {
	Config
	port     int
	style    func() asset
	events   *events
	sections *[]*Section // of the settings
	jobs     *jobs.List
	notices  *notices
}

// A frame is what all pages have.
type frame struct {
	Name    string
	Title   string
	Items   []desk.Item
	Ends    bool // the program ends, so that links lead nowhere
	Wide    bool
	Refresh bool   // every two seconds, where there are no scripts
	Jobs    bool   // there are some
	Style   string // the address of the style sheet
	Problem string
}

func (p pages) frame(title string) frame {
	f := frame{Name: p.Name, Title: title, Style: p.style().url, Jobs: len(p.jobs.All()) > 0}
	if !p.Desk.Shown() { // else they are in the icon's menu
		f.Items = p.Desk.Items()
	}
	return f
}

func show(w *dibbler.Response, name string, data any) error {
	return showStatus(w, http.StatusOK, name, data)
}

func showStatus(w *dibbler.Response, status int, name string, data any) error {
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	setOwnPage(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := page.WriteTo(w)
	return err
}

// OnAppShutdown ends the program when its button is pressed. Browsers fetch pages
// without being asked, so a GET changes nothing.
func (p pages) OnAppShutdown(w *dibbler.Response, r *http.Request) error {
	page := p.frame("Shut down")
	if r.Method == http.MethodPost {
		page.Title, page.Ends = "Goodbye", true
	}
	err := show(w, "shutdown.html", page)
	if page.Ends {
		return errors.Join(err, dibbler.ErrShutdown)
	}
	return err
}

// OnAppRestart ends the program and starts the build that was installed meanwhile.
func (p pages) OnAppRestart(w *dibbler.Response, r *http.Request) error {
	text, restart := p.Upgrade()
	if !restart {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no other build to start. The installed one is running."}
	}
	page := restartPage{p.frame("Restart"), text}
	page.Ends = r.Method == http.MethodPost
	if err := show(w, "restart.html", page); err != nil || !page.Ends {
		return err
	}
	p.Restart()
	return nil
}

// A restartPage is what web/restart.html shows.
type restartPage struct {
	frame
	Text string
}

// An itemForm is what the bar sends for a plug-in's line: its number and its label,
// and the page that it was on.
type itemForm struct {
	N     int    `schema:"n,required"`
	Label string `schema:"label"`
	Page  string `schema:"page"`
}

// OnAppItem does what a plug-in's line says. The lines may have changed since the
// page was made, and another one must not be done.
func (p pages) OnAppItem(w *dibbler.Response, r *http.Request, form itemForm) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"POST"}}}
	}
	items := p.Desk.Items()
	if form.N < 0 || form.N >= len(items) || items[form.N].Label != form.Label || items[form.N].Do == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such item any more. Go back and load the page again."}
	}
	// The action is no part of the request: a tab that is closed does not stop it.
	if err := p.Desk.Do(items[form.N]); err != nil {
		return fmt.Errorf("%s: %w", items[form.N].Label, err)
	}
	if !loopback.IsPage(form.Page) {
		form.Page = "/"
	}
	return redirect(w, form.Page)
}

// redirect leads to a page. [http.Redirect] would clean its path.
func redirect(w http.ResponseWriter, page string) error {
	w.Header().Set("Location", page)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
