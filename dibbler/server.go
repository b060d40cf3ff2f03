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
	// defaultAddr is the address of the example of the original Dibbler.
	defaultAddr = "127.0.0.1:8888"

	defaultMaxBody = 32 << 20 // bytes
)

// Server is a web server for the pages of plug-ins. A [Context] runs it, or any other
// server as an [http.Handler]. The zero value is ready for Register. The fields must not
// be changed while the server is in use.
type Server struct {
	// Addr is the TCP address on which a Context listens, such as "127.0.0.1:0" for any
	// free port that only this machine can connect to. Empty means "127.0.0.1:8888".
	Addr string

	// Listeners, if not empty, are used in place of Addr. They serve plain HTTP; for TLS,
	// use the server as the Handler of an [http.Server]. The Context that the server is
	// added to closes them, even if Add fails, so a server that is added again needs new
	// listeners.
	Listeners []net.Listener

	// Auth authenticates every request. If nil, all requests are allowed.
	Auth Authenticator

	// MaxBody is the maximum size of a request's body, in bytes. Larger requests are
	// answered with status 413. Zero means 32 MiB. A negative value makes [Context.Add]
	// fail. The function [MaxBody] sets the limit for one pattern.
	MaxBody int64

	// Limits are the limits on clients. Zero fields mean the defaults.
	Limits Limits

	// HideErrors leaves the causes of errors and the stacks of panics out of error
	// pages. They are still logged.
	HideErrors bool

	// Logger is used for errors and warnings. If nil, slog.Default is used. Form values
	// and queries are not logged.
	Logger *slog.Logger

	// Wrap, if not nil, adds a middleware. It gets the handler of all requests, including
	// logins and error pages, and returns the handler to use instead. An example is the
	// Handler method of an [http.CrossOriginProtection]. Wrap is called once: by
	// [Context.Add], which returns an error if Wrap panics or returns nil, or else at the
	// first request. Do not guard a single page by its path here, because several paths
	// lead to it, such as /spam, /SPAM and /spam.; guard it in its methlet.
	Wrap func(http.Handler) http.Handler

	wrap    sync.Once
	wrapped http.Handler // the result of Wrap
	wrapErr error        // why wrapped is nil

	usedListeners []net.Listener             // the Listeners of the last open
	service       atomic.Pointer[webService] // nil if the server is in no Context

	mu    sync.Mutex // held to replace pages
	pages atomic.Pointer[pages]
	url   atomic.Pointer[string]
}

// pages are the methlets, routes and filters of a server. They are never changed, only
// replaced.
type pages struct {
	methlets map[string]*methlet // by method name
	unknown  *methlet            // OnUnknown; may be nil
	routes   *routes             // nil if there are none
	filters  []ConnFilter
}

var noPages = new(pages)

// Register adds plug-ins. A plug-in is any value with methlets: exported methods whose
// name is On followed by an upper-case letter, with one of the signatures
//
//	func(http.ResponseWriter, *http.Request)
//	func(*dibbler.Response, *http.Request) error
//	func(*dibbler.Response, *http.Request, F) error
//
// F is a struct, [url.Values] or a type with the same underlying type, or an [Input] of one
// of these. The name of a methlet determines its page; see the package documentation. A
// methlet serves GET, HEAD and POST.
//
// Two names are special. A plug-in with OnIncomingConnection is a [ConnFilter]. OnUnknown
// is a methlet for all pages that have no methlet and no pattern. If it neither sets a
// status nor writes anything, the client gets a page with status 404.
//
// If several plug-ins have the same page, the plug-in that was registered first serves it,
// and a warning is logged.
//
// If a plug-in has a mistake, Register registers none of the plug-ins and returns an error
// that describes all mistakes. Register may be called at any time, also while the server
// is serving.
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
	old := s.currentPages()
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

// add adds m. If there is a methlet with the same name, add returns that and does not add
// m.
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

func (s *Server) currentPages() *pages { return cmp.Or(s.pages.Load(), noPages) }

func (s *Server) logger() *slog.Logger { return cmp.Or(s.Logger, slog.Default()) }

// URL returns the URL of the home page, such as "http://127.0.0.1:8888/". It is empty
// before the server is added to a [Context], and if the first of Listeners is not a TCP
// listener. If the server listens on all addresses of the machine, the URL has a loopback
// address.
func (s *Server) URL() string {
	if u := s.url.Load(); u != nil {
		return *u
	}
	return ""
}
