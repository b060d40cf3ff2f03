// Package web is the program as browsers see it. Three checks stand before the
// plug-ins' pages: the address, which is this machine's own; the [OwnerFilter],
// which keeps out other users of the machine; and the origin check, which keeps out
// other web pages. Every page of HTML gets the bar, and there are the program's own
// pages, whose names begin with app.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dev"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Config configures the [Site] of a program.
type Config struct {
	Name       string
	Accent     string // a colour in CSS; empty: the style sheet's own
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
	Picker     *pick.Picker
	Recent     *paths.Recent
	Login      *desk.Login
	Warnings   []string // from the start, for the owner

	// Upgrade must not be nil. It tells the owner of another build that was started
	// since, and whether Restart would start it; the text is empty if none was.
	Upgrade func() (text string, restart bool)
	Restart func()

	// Finish runs the work of jobs; see [life.Life.Finish].
	Finish func(name string, work func(ctx context.Context)) error

	Dev *dev.Pipe // nil: dibble dev has not started the program
}

// A Site is what browsers find at the program's address. Its methods may be called
// concurrently. Make one with [New].
type Site struct {
	c      Config
	own    pages
	server *dibbler.Server

	showJobs    sync.Once // in the icon
	showNotices sync.Once // the same

	mu       sync.Mutex
	frozen   bool            // by Server
	landings map[string]bool // pages that sites elsewhere may lead to
	favicon  bool            // a plug-in has one
}

// New returns the site of a program, with the methlets of the plug-ins.
func New(c Config) (*Site, error) {
	own := pages{Config: c, port: loopback.Port(c.Listeners), style: sync.OnceValue(func() asset { return newStyle(c.Accent) }), events: new(events), notices: new(notices), sections: new([]*Section)}
	own.jobs = own.newJobs()
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
	if c.Dev != nil {
		return s, s.addDev(c.Dev)
	}
	return s, nil
}

// ErrLate is returned by what can be called until [Site.Server] is.
var ErrLate = errors.New("it comes too late; call it in StartTool")

// Late returns [ErrLate] if [Site.Server] was called.
func (s *Site) Late() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen {
		return ErrLate
	}
	return nil
}

// Handle serves h under pattern; see [dibbler.Server.Handle].
func (s *Site) Handle(pattern string, h any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen {
		return fmt.Errorf("pattern %q: %w", pattern, ErrLate)
	}
	path := pathOf(pattern)
	if isOwnPath(path) {
		return fmt.Errorf("pattern %q: pages whose names begin with app. are the program's own; give it another name", pattern)
	}
	if err := s.server.Handle(pattern, h); err != nil {
		return err
	}
	s.favicon = s.favicon || path == "/favicon.ico"
	return nil
}

// pathOf returns the path of a pattern, which has a method and a host before it or not.
func pathOf(pattern string) string {
	return pattern[max(0, strings.Index(pattern, "/")):]
}

func isOwnPath(path string) bool { return strings.HasPrefix(path, "/app.") }

// AddSection adds s to the settings page.
func (s *Site) AddSection(section *Section) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.frozen {
		return ErrLate
	}
	page := "/app.settings/" + section.name
	if err := s.server.Handle("POST "+page, section.methlet(s.own.showSection)); err != nil {
		return err
	}
	// A reload of the page after an error, and its address in a new tab.
	if err := s.server.Handle("GET "+page, http.RedirectHandler("/app.settings", http.StatusSeeOther)); err != nil {
		return err
	}
	*s.own.sections = append(*s.own.sections, section)
	return nil
}

// Warn adds a notice that the owner sees on every page, if it is not too late for that.
func (s *Site) Warn(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.frozen {
		s.c.Warnings = append(slices.Clip(s.c.Warnings), text)
	}
}

// Landing lets sites elsewhere lead the owner to the page at path.
func (s *Site) Landing(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.frozen:
		return fmt.Errorf("landing page %q: %w", path, ErrLate)
	case !loopback.IsPage(path) || strings.ContainsAny(path, "?#"):
		return fmt.Errorf("landing page %q: give a path without a query, such as /signed-in", path)
	case isOwnPath(path):
		return fmt.Errorf("landing page %q: it is one of the program's own", path)
	}
	s.landings[path] = true
	return nil
}

// Publish sends data, as JSON, to all open pages. A page that is opened later, or was not
// seen, gets the latest data of each event.
func (s *Site) Publish(event string, data any) error { return s.own.events.publish(event, data) }

// Server returns the server of the site, to which nothing can be added any more.
func (s *Site) Server() (*dibbler.Server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = true
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
