package dibbler

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	// defaultAddr is where the original's example was found.
	defaultAddr = "127.0.0.1:8888"

	// defaultMaxBody is the limit of a request's body, in bytes.
	defaultMaxBody = 32 << 20
)

// Server is a web server made of plug-ins. It is run by a [Context], or mounted
// as an [http.Handler] in any other server. The zero value is ready to use, once
// plug-ins are registered. Its fields must not be changed while it serves.
type Server struct {
	// Addr is the TCP address that a Context listens on, such as "127.0.0.1:0"
	// for any free port of this machine alone. Empty means "127.0.0.1:8888".
	Addr string

	// Listeners, if there are any, are listened on in place of Addr, for plain HTTP.
	// The Context that the server is added to closes them, also if adding fails, so
	// a server that is added again needs new ones.
	Listeners []net.Listener

	// Auth decides who may see any page at all. If nil, all requests are allowed.
	Auth Authenticator

	// MaxBody limits the body of a request, in bytes. Zero means 32 MiB, a negative
	// value is an error when the server is added to a Context, and a request that is
	// larger is answered with status 413. The function [MaxBody] sets another limit for
	// one pattern.
	MaxBody int64

	// Limits bound clients that are slow or many. Zero fields mean the defaults.
	Limits Limits

	// HideErrors keeps the causes of errors and the stacks of panics off the
	// error pages. They are logged all the same.
	HideErrors bool

	// Logger gets what goes wrong. Nil means slog.Default. Neither form values nor
	// queries are logged.
	Logger *slog.Logger

	// Wrap, if it is not nil, is put in front of everything that the server does,
	// login and error pages included. An example is the Handler method of an
	// [http.CrossOriginProtection]. It is called once: when the server is
	// added to a Context, where its panic is an error of Add, or else at the first
	// request. Several paths lead to one page, such as /spam, /SPAM and /spam., so what guards a page
	// belongs into its methlet, not here.
	Wrap func(http.Handler) http.Handler

	wrap    sync.Once
	wrapped http.Handler // Wrap of answer
	wrapErr error        // why there is none

	used    []net.Listener             // Listeners, when they were last opened
	service atomic.Pointer[webService] // nil while the server is in no Context

	mu    sync.Mutex // held to change pages
	pages atomic.Pointer[pages]
	url   atomic.Pointer[string]
}

// pages is what the plug-ins of a server offer. It is never changed, only
// replaced.
type pages struct {
	methlets map[string]*methlet // by method name
	unknown  *methlet            // for all other pages, if not nil
	routes   *routes             // for paths that have no methlet; nil: there are none
	filters  []ConnFilter
}

var noPages = new(pages)

// Register adds plug-ins. A plug-in is any value that has methlets: exported
// methods whose name is On followed by an upper-case letter, each in one of the forms
//
//	func (p *P) OnX(w http.ResponseWriter, r *http.Request)
//	func (p *P) OnX(w *dibbler.Response, r *http.Request) error
//	func (p *P) OnX(w *dibbler.Response, r *http.Request, form F) error
//
// where F is a struct, [url.Values] or a type like it, or an [Input] of one. Which page
// a methlet serves follows from its name; see the package documentation. It answers GET,
// HEAD and POST; other methods and paths are for [Server.Handle].
//
// Two names are hooks. A plug-in with OnIncomingConnection is a [ConnFilter].
// OnUnknown, a methlet in any of the three forms, is called for every page that
// nobody else has; if it sets no status and writes nothing, the page is not found.
//
// Where several plug-ins have the same page, the first that was registered
// serves it, and the log says which one does not.
//
// If anything is wrong, nothing is registered, and the error names every
// method, what was found and what was wanted. Register may be called at any
// time, also while the server is serving.
func (s *Server) Register(plugins ...any) error {
	var found []*plugin
	var errs []error
	for _, v := range plugins {
		p, err := inspect(v)
		if err != nil {
			errs = append(errs, fmt.Errorf("dibbler: %w", err))
		}
		found = append(found, p)
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.offered()
	next := &pages{methlets: maps.Clone(old.methlets), unknown: old.unknown, routes: old.routes, filters: slices.Clip(old.filters)}
	if next.methlets == nil {
		next.methlets = map[string]*methlet{}
	}
	for _, p := range found {
		if p.filter != nil {
			next.filters = append(next.filters, p.filter)
		}
		for _, m := range p.methlets {
			if first := next.add(m); first != nil {
				s.logger().Warn("dibbler: page is hidden by an earlier plug-in", "page", pagePath(m.method), "plugin", m.plugin, "by", first.plugin)
			}
		}
	}
	if next.routes != nil {
		added := maps.Clone(next.methlets)
		maps.DeleteFunc(added, func(name string, _ *methlet) bool { return old.methlets[name] != nil })
		for _, rt := range next.routes.byPattern {
			s.warnIfHidden(rt, added)
		}
	}
	s.pages.Store(next)
	return nil
}

// add adds m unless there is a methlet of its name, which it returns.
func (p *pages) add(m *methlet) (first *methlet) {
	if m.method == unknownName {
		first = p.unknown
		p.unknown = cmp.Or(first, m)
		return first
	}
	if first = p.methlets[m.method]; first == nil {
		p.methlets[m.method] = m
	}
	return first
}

func (s *Server) offered() *pages { return cmp.Or(s.pages.Load(), noPages) }

func (s *Server) logger() *slog.Logger { return cmp.Or(s.Logger, slog.Default()) }

// URL returns the address of the home page, such as "http://127.0.0.1:8888/". It
// is known from the moment that the server has been added to a [Context]; before
// then it is "", and where the first of Listeners has no such address, such as a Unix
// socket. If the server listens on every address of the machine, the one that this
// machine can use itself is returned.
func (s *Server) URL() string {
	if u := s.url.Load(); u != nil {
		return *u
	}
	return ""
}
