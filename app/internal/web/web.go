// Package web is the program as browsers see it. Three checks stand before the
// plug-ins' pages: the address, which is this machine's own; the [OwnerFilter],
// which keeps out other users of the machine; and the origin check, which keeps out
// other web pages. Every page of HTML gets the bar, and there are the program's own
// pages, whose names begin with app.
package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Config configures the [Site] of a program.
type Config struct {
	Name       string
	Plugins    []any
	MaxBody    int64                           // as of [dibbler.Server]
	HideErrors bool                            // as of [dibbler.Server]
	Wrap       func(http.Handler) http.Handler // put around the plug-ins, behind the checks
	Listeners  []net.Listener
	Filter     *OwnerFilter
	Refusals   *Refusals
	Icon       []byte // a PNG, for the browser's tabs
	Settings   *settings.Store
	Journal    *journal.Journal
	Desk       *desk.Desk
	Login      *desk.Login
	Warnings   []string // from the start, for the owner

	// Upgrade must not be nil. It tells the owner of another build that was started
	// since, and whether Restart would start it; the text is empty if none was.
	Upgrade func() (text string, restart bool)
	Restart func()
}

// A Site is what browsers find at the program's address. Its methods may be called until
// [Site.Server] is, by one goroutine at a time; [Site.Publish] and [Site.Guard] always, by
// any. Make one with [New].
type Site struct {
	c        Config
	own      pages
	server   *dibbler.Server
	landings map[string]bool // pages that sites elsewhere may lead to
	favicon  bool            // a plug-in has one
}

// New returns the site of a program, with the methlets of the plug-ins.
func New(c Config) (*Site, error) {
	own := pages{Config: c, port: loopback.Port(c.Listeners), events: new(events), sections: new([]*Section)}
	if err := checkClashes(own, c.Plugins); err != nil {
		return nil, err
	}
	s := &Site{
		c:        c,
		own:      own,
		landings: map[string]bool{},
		favicon:  slices.ContainsFunc(c.Plugins, func(p any) bool { return hasMethod(p, "OnFaviconIco") }),
	}
	s.server = &dibbler.Server{Listeners: c.Listeners, MaxBody: c.MaxBody, HideErrors: c.HideErrors, Wrap: s.wrap}
	if err := s.server.Register(append([]any{c.Filter, own}, c.Plugins...)...); err != nil {
		return nil, err
	}
	return s, nil
}

// Handle serves h under pattern; see [dibbler.Server.Handle].
func (s *Site) Handle(pattern string, h any) error {
	_, path, ok := strings.Cut(pattern, " ")
	if !ok {
		path = pattern
	}
	if path = strings.TrimLeft(path, " \t"); strings.HasPrefix(path, "/app.") {
		return fmt.Errorf("pattern %q: pages whose names begin with app. are the program's own; give it another name", pattern)
	}
	if err := s.server.Handle(pattern, h); err != nil {
		return err
	}
	s.favicon = s.favicon || path == "/favicon.ico"
	return nil
}

// AddSection adds s to the settings page.
func (s *Site) AddSection(section *Section) error {
	page := "/app.settings/" + section.name
	if err := s.server.Handle("POST "+page, section.methlet(s.own.showSection)); err != nil {
		return err
	}
	*s.own.sections = append(*s.own.sections, section)
	// A reload of the page after an error, and its address in a new tab.
	return s.server.Handle("GET "+page, http.RedirectHandler("/app.settings", http.StatusSeeOther))
}

// Warn adds a notice that the owner sees on every page.
func (s *Site) Warn(text string) { s.c.Warnings = append(slices.Clip(s.c.Warnings), text) }

// Landing lets sites elsewhere lead the owner to the page at path.
func (s *Site) Landing(path string) error {
	if !loopback.IsPage(path) || strings.ContainsAny(path, "?#") {
		return fmt.Errorf("landing page %q: give a path without a query, such as /signed-in", path)
	}
	s.landings[path] = true
	return nil
}

// Publish sends data, as JSON, to all open pages. A page that is opened later, or was not
// seen, gets the latest data of each event.
func (s *Site) Publish(event string, data any) error { return s.own.events.publish(event, data) }

// Server returns the server of the site.
func (s *Site) Server() (*dibbler.Server, error) {
	if !s.favicon {
		if err := s.server.Register(newFavicon(s.c.Icon)); err != nil {
			return nil, err
		}
	}
	return s.server, nil
}

// wrap puts the checks and the bar in front of the plug-ins.
func (s *Site) wrap(next http.Handler) http.Handler {
	if s.c.Wrap != nil {
		next = s.c.Wrap(next)
	}
	return newOriginCheck(originConfig{
		Name:     s.c.Name,
		Port:     loopback.Port(s.c.Listeners),
		Landings: s.landings,
		Refusals: s.c.Refusals,
	}, keepTempDir(s.c.bar(next)))
}

// checkClashes returns an error if a plug-in has a page of the program's own.
func checkClashes(own pages, plugins []any) error {
	t := reflect.TypeOf(own)
	for _, plugin := range plugins {
		for i := range t.NumMethod() {
			name := t.Method(i).Name
			if hasMethod(plugin, name) {
				return fmt.Errorf("plug-in %T: %s serves a page of the program's own; give it another name", plugin, name)
			}
		}
	}
	return nil
}

// hasMethod reports whether plugin has a method of this name.
func hasMethod(plugin any, name string) bool {
	if plugin == nil { // which Register refuses
		return false
	}
	_, ok := reflect.TypeOf(plugin).MethodByName(name)
	return ok
}

func (c Config) bar(next http.Handler) *bar {
	return &bar{
		name:    c.Name,
		notices: c.notices,
		restart: func() bool { _, restart := c.Upgrade(); return restart },
		shown:   c.Desk.Shown,
		items:   c.Desk.Items,
		served:  c.Desk.Served,
		next:    next,
	}
}

// notices are shown to the owner on every page.
func (c Config) notices() []string {
	notices := slices.Clip(c.Warnings)
	if err := c.Filter.Unchecked(); err != nil {
		notices = append(notices, fmt.Sprintf("Other users of this computer are not kept out: %v.", err))
	}
	if text, _ := c.Upgrade(); text != "" {
		notices = append(notices, text)
	}
	if err := c.Journal.Retry(); err != nil {
		notices = append(notices, fmt.Sprintf("The log cannot be written: %v.", err))
	}
	return notices
}

// keepTempDir makes the folder of temporary files again for requests that may need
// it: programs that clean up caches remove it.
func keepTempDir(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
				slog.Warn("no folder for temporary files", "err", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
