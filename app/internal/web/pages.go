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

// templates are parsed when they are first needed, which is after the start.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets.Web, "web/*.html", "web/app.css"))
})

// pages is the plug-in with the program's own pages.
type pages struct {
	Config
	id       string // of this process
	port     int
	style    func() asset
	events   *events
	sections *[]*Section // the sections of the settings page
	jobs     *jobs.List
	notices  *notices
}

// A frame is the common data of all pages.
type frame struct {
	Name    string
	Title   string
	Items   []desk.Item
	Ends    bool // whether the program is ending, so links do not work
	Wide    bool
	Refresh bool   // whether the page reloads every two seconds without scripts
	Jobs    bool   // whether there are jobs
	Style   string // the URL of the style sheet
	Problem string
}

func (p pages) frame(title string) frame {
	f := frame{Name: p.Name, Title: title, Style: p.style().url, Jobs: len(p.jobs.All()) > 0}
	if !p.Desk.Shown() { // otherwise they are in the icon's menu
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

// isShown reports whether the owner sees the answer to r. Browsers also fetch pages in
// advance.
func isShown(r *http.Request) bool {
	return r.Method != http.MethodHead && len(r.Header["Sec-Purpose"]) == 0
}

// OnAppShutdown shuts down the program when its button is pressed. A GET request changes
// nothing, because browsers can fetch pages by themselves.
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

// OnAppRestart ends the program and starts the newly installed build.
func (p pages) OnAppRestart(w *dibbler.Response, r *http.Request) error {
	text, restart := p.Upgrade()
	if !restart {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no other version to start. The installed one is running."}
	}
	page := restartPage{p.frame("Restart"), text, p.id}
	page.Ends = r.Method == http.MethodPost
	if err := show(w, "restart.html", page); err != nil || !page.Ends {
		return err
	}
	p.Restart()
	return nil
}

// A restartPage is the data of web/restart.html.
type restartPage struct {
	frame
	Text string
	ID   string
}

// An itemForm is the form of a plug-in's item in the bar.
type itemForm struct {
	N     int    `schema:"n,required"`
	Label string `schema:"label"`
	Page  string `schema:"page"`
}

// OnAppItem performs the action of a plug-in's item. It compares the label, because the
// items may have changed since the page was made.
func (p pages) OnAppItem(w *dibbler.Response, r *http.Request, form itemForm) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {"POST"}}}
	}
	items := p.Desk.Items()
	if form.N < 0 || form.N >= len(items) || items[form.N].Label != form.Label || items[form.N].Do == nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: "This menu item no longer exists. Go back and reload the page."}
	}
	// The action does not use the request's context, so closing the tab does not stop it.
	if err := p.Desk.Do(items[form.N]); err != nil {
		return fmt.Errorf("%s: %w", items[form.N].Label, err)
	}
	if !loopback.IsPage(form.Page) {
		form.Page = "/"
	}
	return redirect(w, form.Page)
}

// redirect redirects to a page. Unlike [http.Redirect], it does not clean the path.
func redirect(w http.ResponseWriter, page string) error {
	w.Header().Set("Location", page)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
