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

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A BareConfig configures a server of plug-ins alone, behind the checks.
type BareConfig struct {
	Name      string
	Plugins   []any
	MaxBody   int64 // as of [dibbler.Server]
	Listeners []net.Listener
	Filter    *OwnerFilter
	Refusals  *Refusals
}

// NewBare returns a server of nothing but the plug-ins, behind the checks. When it
// fails, the listeners are closed.
func NewBare(c BareConfig) (*dibbler.Server, error) {
	return c.server(func(next http.Handler) http.Handler { return next }, c.Plugins)
}

// server returns a server of plugins, with wrap between the checks and them.
func (c BareConfig) server(wrap func(http.Handler) http.Handler, plugins []any) (*dibbler.Server, error) {
	methods, err := moreMethods(c.Plugins)
	if err != nil {
		_ = loopback.Close(c.Listeners)
		return nil, err
	}
	s := &dibbler.Server{Listeners: c.Listeners, MaxBody: c.MaxBody, Wrap: func(next http.Handler) http.Handler {
		return newOriginCheck(c.Name, loopback.Port(c.Listeners), methods, c.Refusals, wrap(next))
	}}
	if err := s.Register(append([]any{c.Filter}, plugins...)...); err != nil {
		_ = loopback.Close(c.Listeners)
		return nil, err
	}
	return s, nil
}

// A methodPlugin is a plug-in whose pages answer to more methods.
type methodPlugin interface{ HTTPMethods() []string }

func moreMethods(plugins []any) (methods []string, err error) {
	for _, plugin := range plugins {
		if m, ok := plugin.(methodPlugin); ok {
			more, err := methodsOf(m)
			if err != nil {
				return nil, err
			}
			methods = append(methods, more...)
		}
	}
	return methods, nil
}

func methodsOf(m methodPlugin) (methods []string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("HTTPMethods of %T panicked: %v", m, v)
		}
	}()
	return m.HTTPMethods(), nil
}

// A Config configures the server of a whole program.
type Config struct {
	BareConfig
	Icon     []byte // a PNG, for the browser's tabs
	Settings *settings.Store
	Journal  *journal.Journal
	Desk     *desk.Desk
	Login    *desk.Login
	Warnings []string // from the start, for the owner

	// Upgrade must not be nil. It tells the owner of another build that was started
	// since, and whether Restart would start it; the text is empty if none was.
	Upgrade func() (text string, restart bool)
	Restart func()
}

// New returns the server of the whole program. When it fails, the listeners are
// closed.
func New(c Config) (*dibbler.Server, error) {
	own := pages{Config: c, port: loopback.Port(c.Listeners)}
	if err := checkClashes(own, c.Plugins); err != nil {
		_ = loopback.Close(c.Listeners)
		return nil, err
	}
	plugins := append([]any{own}, c.Plugins...)
	if !slices.ContainsFunc(c.Plugins, func(p any) bool { return hasMethod(p, "OnFaviconIco") }) {
		plugins = append(plugins, newFavicon(c.Icon))
	}
	return c.server(func(next http.Handler) http.Handler {
		return keepTempDir(c.bar(next))
	}, plugins)
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
