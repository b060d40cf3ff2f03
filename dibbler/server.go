package dibbler

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
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

	// Auth decides who may see any page at all. Nil lets everybody.
	Auth Authenticator

	// MaxBody limits the body of a request, in bytes. Zero means 32 MiB, and a
	// request that is larger is answered with status 413.
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
// where F is a struct, [url.Values] or a type like it. Which page a methlet
// serves follows from its name; see the package documentation.
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
	next := &pages{methlets: maps.Clone(old.methlets), unknown: old.unknown, filters: old.filters[:len(old.filters):len(old.filters)]}
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

// ServeHTTP lets the methlet that has the page answer r.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) { s.serve(rw, r, connOf(r)) }

// serve is ServeHTTP for a request over c, or nil in another server.
func (s *Server) serve(rw http.ResponseWriter, r *http.Request, c *conn) {
	r = s.withBody(rw, r, c)
	defer s.removeFiles(r)
	if s.Wrap == nil {
		s.answer(rw, r, c)
		return
	}
	h, err := s.handler()
	if err != nil {
		s.finish(&Response{rw: rw, req: r, server: s, conn: c}, err)
		return
	}
	h.ServeHTTP(rw, r)
}

// handler returns Wrap of what answers requests, nil if Wrap is.
func (s *Server) handler() (http.Handler, error) {
	if s.Wrap == nil {
		return nil, nil
	}
	s.wrap.Do(func() {
		defer func() {
			if v := recover(); v != nil {
				s.wrapErr = fmt.Errorf("dibbler: Wrap of the Server failed: %w", &panicError{v, panicStack()})
			}
		}()
		s.wrapErr = errors.New("dibbler: Wrap of the Server returned nil; return its argument to add nothing")
		s.wrapped = s.Wrap(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			defer s.removeFiles(r) // r can be a copy
			s.answer(rw, r, connOf(r))
		}))
		if s.wrapped != nil {
			s.wrapErr = nil
		}
	})
	return s.wrapped, s.wrapErr
}

// removeFiles removes the temporary files of r's form. The server underneath forgets
// them where the methlet panics or takes the connection, and of copies of a request.
func (s *Server) removeFiles(r *http.Request) {
	if r.MultipartForm == nil {
		return
	}
	if err := r.MultipartForm.RemoveAll(); err != nil {
		s.logger().Error("dibbler: uploaded files are left in the temporary folder", "err", err)
	}
}

// answer lets the methlet that has the page answer r.
func (s *Server) answer(rw http.ResponseWriter, r *http.Request, c *conn) {
	w := &Response{rw: rw, req: r, server: s, conn: c}
	if c == nil {
		if slow := s.newSlowWriter(rw, r); slow != nil {
			w.rw = slow
			defer func() {
				if !w.hijacked {
					slow.extend() // for what is still to be flushed
				}
			}()
		}
	}
	if h := rw.Header(); len(h) > 0 {
		w.before = make([]headerField, 0, len(h))
		for name, values := range h {
			w.before = append(w.before, headerField{name, values})
		}
	}
	err := catch(func() error { return s.run(w) })
	// The methods of the methlet's error can panic too.
	if err := catch(func() error { s.finish(w, err); return nil }); err != nil {
		s.fail(w, err)
	}
}

// run does what is to be done for w's request.
func (s *Server) run(w *Response) (err error) {
	if s.Auth != nil {
		if w.user, err = s.Auth.Authenticate(w.req); err != nil {
			return err
		}
	}
	p := s.offered()
	var buf [64]byte
	if m := p.methlets[string(appendMethletName(buf[:0], w.req.URL.Path))]; m != nil {
		return m.serve(w, w.req)
	}
	if p.unknown != nil {
		if err := p.unknown.serve(w, w.req); err != nil || !w.untouched() {
			return err
		}
	}
	return &Error{Status: http.StatusNotFound, Message: shorten(w.req.URL.Path, 60) + " is no page of this program. Check the address, or start from the home page."}
}

// finish ends the answer when a methlet has returned err.
func (s *Server) finish(w *Response, err error) {
	if errors.Is(err, ErrShutdown) {
		switch {
		case w.conn == nil:
			err = fmt.Errorf("%w, but this server does not run in a Context that could end", err)
		case !isOnly(err, ErrShutdown): // something has failed as well
		case w.untouched():
			p := page{Title: "Goodbye", Message: "This program is ending. You can close this page."}
			err = p.writeHTML(w, http.StatusOK)
		default:
			err = nil
		}
		if w.conn != nil {
			w.conn.env.Stop()
		}
	}
	if err == nil && !w.ended && !w.hijacked {
		err = w.send()
	}
	if err != nil {
		s.fail(w, err)
	}
}

// fail answers with the page for err, or cuts the connection if it is too late
// for a page.
func (s *Server) fail(w *Response, err error) {
	if errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	e := answerTo(err)
	s.log(w, e, err)
	if w.ended || w.hijacked || w.failed {
		return
	}
	if w.sent {
		panic(http.ErrAbortHandler)
	}
	w.drop()
	h := w.Header()
	clear(h)
	for _, f := range w.before {
		h[f.name] = f.values
	}
	for name, values := range e.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	w.status = 0
	if p := errorPage(e, !s.HideErrors); prefersJSON(w.req.Header["Accept"]) {
		err = p.writeJSON(w, e.status())
	} else {
		err = p.writeHTML(w, e.status())
	}
	w.failed = true
	if err == nil {
		err = w.send()
	}
	if err != nil {
		s.logger().Debug("dibbler: error page not sent", "path", w.req.URL.Path, "err", err)
	}
}

// log records that w's request failed: loudly if the plug-in is to blame, not if
// the client is.
func (s *Server) log(w *Response, e *Error, err error) {
	level := slog.LevelDebug
	if e.status() >= 500 && w.req.Context().Err() == nil {
		level = slog.LevelError
	}
	args := []any{"method", w.req.Method, "path", w.req.URL.Path, "status", e.status(), "err", err}
	if panicked, ok := errors.AsType[*panicError](err); ok {
		args = append(args, "stack", panicked.stack)
	}
	s.logger().Log(w.req.Context(), level, "dibbler: page failed", args...)
}
