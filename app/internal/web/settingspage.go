package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/ports"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A settingsForm is the form of the settings page.
type settingsForm struct {
	Port         string `schema:"port"` // the typed text, to show it again
	OpenBrowser  bool   `schema:"openBrowser"`
	StartAtLogin bool   `schema:"startAtLogin"`
	OtherUsers   bool   `schema:"otherUsers"`
	Shown        string `schema:"shown"` // the values that the page showed; see encode
}

// encode returns the values of f as text.
func (f settingsForm) encode() string {
	return fmt.Sprint(f.Port, " ", f.OpenBrowser, f.StartAtLogin, f.OtherUsers)
}

// keep sets the fields of f that the owner has left as the page showed them to their values
// in now, which may have changed in the meantime.
func (f *settingsForm) keep(now settingsForm) {
	var was settingsForm
	if _, err := fmt.Sscan(f.Shown, &was.Port, &was.OpenBrowser, &was.StartAtLogin, &was.OtherUsers); err != nil {
		return // not from the page
	}
	if f.Port == was.Port {
		f.Port = now.Port
	}
	if f.OpenBrowser == was.OpenBrowser {
		f.OpenBrowser = now.OpenBrowser
	}
	if f.StartAtLogin == was.StartAtLogin {
		f.StartAtLogin = now.StartAtLogin
	}
	if f.OtherUsers == was.OtherUsers {
		f.OtherUsers = now.OtherUsers
	}
}

// A settingsPage is the data of web/settings.html.
type settingsPage struct {
	frame
	settingsForm
	PortProblem  string
	LoginProblem string
	Saved        string
	Sections     []shownSection
}

// Bad returns the fields that have a problem.
func (p settingsPage) Bad() (fields []shownField) {
	for _, s := range p.Sections {
		for _, f := range s.Rows {
			if f.Problem != "" {
				fields = append(fields, f)
			}
		}
	}
	if p.PortProblem != "" {
		fields = append(fields, shownField{ID: "port", Label: "Port", Problem: p.PortProblem})
	}
	return fields
}

// OnAppSettings serves the settings page, and saves its form.
func (p pages) OnAppSettings(w *dibbler.Response, r *http.Request, form settingsForm) error {
	page := settingsPage{frame: p.frame("Settings")}
	status := http.StatusOK
	if r.Method == http.MethodPost {
		status = p.save(form, &page)
	} else if err := p.Login.Problem(); err != nil { // then a click in the tray opens this page
		page.Problem = "Start at login could not be changed: " + err.Error()
	}
	return p.showSettings(w, status, page)
}

// showSettings shows the settings page. If page has no form or sections, it shows the
// saved values.
func (p pages) showSettings(w *dibbler.Response, status int, page settingsPage) error {
	on, err := p.Login.Enabled()
	if err != nil {
		page.LoginProblem = "It is not known whether this is on: " + err.Error()
	}
	if page.PortProblem == "" {
		page.settingsForm = p.present()
		page.StartAtLogin = on && err == nil
		page.Shown = page.encode()
	}
	for i, s := range *p.sections {
		if i == len(page.Sections) || page.Sections[i].Name != s.name {
			page.Sections = slices.Insert(page.Sections, i, s.shown())
		}
	}
	return showStatus(w, status, "settings.html", page)
}

// showSection shows the page after the form of s was sent.
func (p pages) showSection(w *dibbler.Response, status int, s shownSection, saved, problem string) error {
	page := settingsPage{frame: p.frame("Settings"), Saved: saved, Sections: []shownSection{s}}
	page.Problem = problem
	p.Desk.Refresh()
	return p.showSettings(w, status, page)
}

// present returns the form with the current settings.
func (p pages) present() settingsForm {
	v := p.Settings.Values()
	if v.Port == 0 {
		v.Port = p.port
	}
	return settingsForm{Port: strconv.Itoa(v.Port), OpenBrowser: v.OpenBrowser, OtherUsers: v.OtherUsers}
}

// save saves form, sets the result on page, and returns the status.
func (p pages) save(form settingsForm, page *settingsPage) int {
	now := p.present()
	now.StartAtLogin, _ = p.Login.Enabled() // if that is unknown, the page shows it as off
	form.keep(now)
	port, problem := parsePort(form.Port)
	if problem != "" {
		page.Problem = "Nothing was saved. Please correct:"
		page.PortProblem = problem
		page.settingsForm = form
		return http.StatusBadRequest
	}
	err := p.Settings.Update(func(v *settings.Values) {
		v.Port, v.OpenBrowser, v.OtherUsers = port, form.OpenBrowser, form.OtherUsers
	})
	if !p.Settings.Values().OtherUsers {
		p.Filter.closeOthers()
	}
	slog.Info("settings saved", "port", port, "openBrowser", form.OpenBrowser, "otherUsers", form.OtherUsers)
	err = errors.Join(err, p.Login.Set(form.StartAtLogin))
	p.Desk.Refresh()
	if err != nil {
		page.Problem = "Not everything was saved: " + err.Error()
		return http.StatusInternalServerError
	}
	page.Saved = "Saved."
	if port != p.port {
		page.Saved = fmt.Sprintf("Saved. The port will be %d after a restart.", port)
	}
	return http.StatusOK
}

// parsePort parses a typed port. problem is a sentence if it is bad.
func parsePort(typed string) (port int, problem string) {
	n, err := strconv.ParseUint(strings.TrimSpace(typed), 10, 16)
	if err != nil || n == 0 {
		return 0, "Enter a number from 1 to 65535."
	}
	if err := ports.Check(int(n)); err != nil {
		return 0, fmt.Sprintf("This port cannot be used: %v.", err)
	}
	return int(n), ""
}
