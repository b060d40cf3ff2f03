// Package web serves the program's web site. Three checks protect the plug-ins' pages:
// the address is a loopback address, the [OwnerFilter] refuses other users of the
// computer, and the origin check refuses requests of other web pages. Every HTML page
// gets the program's script and bar. The program's own pages have names that begin with
// app.
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
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dev"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Config is the configuration of a [Site].
type Config struct {
	Name       string
	Accent     string // a colour in CSS; empty means the style sheet's own
	Plugins    []any
	MaxBody    int64                           // see [dibbler.Server]
	HideErrors bool                            // see [dibbler.Server]
	Wrap       func(http.Handler) http.Handler // wraps the plug-ins, behind the checks
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
	Warnings   []string // warnings of the start, for the owner

	// Upgrade must not be nil. It returns a text for the owner about another build that
	// was started since, or "" if there is none, and whether Restart would start that
	// build.
	Upgrade func() (text string, restart bool)
	Restart func()

	// Finish runs the work of jobs; see [life.Life.Finish].
	Finish func(name string, work func(ctx context.Context)) error

	Dev *dev.Pipe // to dibble dev, or nil if it has not started the program
}

// A Site is the program's web site. Its methods may be called concurrently. Make one with
// [New].
type Site struct {
	c      Config
	own    pages
	server *dibbler.Server

	showJobs    sync.Once // adds jobs to the icon
	showNotices sync.Once // adds notices to the icon

	mu       sync.Mutex
	frozen   bool            // set by Server
	landings map[string]bool // pages to which other sites may lead
	favicon  bool            // whether a plug-in serves one
}

// New returns a site with the methlets of the plug-ins.
func New(c Config) (*Site, error) {
	own := pages{Config: c, id: strconv.FormatInt(time.Now().UnixNano(), 36), port: loopback.Port(c.Listeners), style: sync.OnceValue(func() asset { return newStyle(c.Accent) }), events: new(events), notices: new(notices), sections: new([]*Section)}
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

// ErrLate is returned by methods that must be called before [Site.Server].
var ErrLate = errors.New("too late; call it in StartTool")

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
		return fmt.Errorf("pattern %q: pages whose names begin with app. are the program's own; use another name", pattern)
	}
	if err := s.server.Handle(pattern, h); err != nil {
		return err
	}
	s.favicon = s.favicon || path == "/favicon.ico"
	return nil
}

// pathOf returns the path of a pattern, without its method and host.
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
	// A browser can get this URL when the page is reloaded after an error.
	if err := s.server.Handle("GET "+page, http.RedirectHandler("/app.settings", http.StatusSeeOther)); err != nil {
		return err
	}
	*s.own.sections = append(*s.own.sections, section)
	return nil
}

// Warn adds a notice to every page. It does nothing after [Site.Server].
func (s *Site) Warn(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.frozen {
		s.c.Warnings = append(slices.Clip(s.c.Warnings), text)
	}
}

// Landing allows other sites to send the owner to the page at path.
func (s *Site) Landing(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.frozen:
		return fmt.Errorf("landing page %q: %w", path, ErrLate)
	case !loopback.IsPage(path) || strings.ContainsAny(path, "?#"):
		return fmt.Errorf("landing page %q: use a path without a query, such as /signed-in", path)
	case isOwnPath(path):
		return fmt.Errorf("landing page %q: it is one of the program's own", path)
	}
	s.landings[path] = true
	return nil
}

// Publish sends data in JSON to all open pages. A page that was hidden or is opened later
// gets the latest data of each event.
func (s *Site) Publish(event string, data any) error { return s.own.events.publish(event, data) }

// Server returns the server of the site. After that, nothing can be added to the site.
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

// wrap wraps the plug-ins in the checks and the bar.
func (s *Site) wrap(next http.Handler) http.Handler {
	if s.c.Wrap != nil {
		next = s.c.Wrap(next)
	}
	return s.c.originCheck(s.own.port, s.landings, keepTempDir(s.c.bar(next)))
}

// checkClashes returns an error if a plug-in serves one of the program's own pages.
func checkClashes(own pages, plugins []any) error {
	for m := range reflect.TypeOf(own).Methods() {
		for _, plugin := range plugins {
			if hasMethod(plugin, m.Name) {
				return fmt.Errorf("plug-in %T: %s serves one of the program's own pages; use another name", plugin, m.Name)
			}
		}
	}
	return nil
}

// hasMethod reports whether plugin has a method of this name.
func hasMethod(plugin any, name string) bool {
	if plugin == nil { // Register returns an error
		return false
	}
	_, ok := reflect.TypeOf(plugin).MethodByName(name)
	return ok
}

// keepTempDir makes the temporary folder again for requests that may need it, because
// programs that clean up caches remove it.
func keepTempDir(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != http.NoBody {
			if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
				slog.Warn("cannot make the temporary folder", "err", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
