package dibbler

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
)

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
	w.before = fieldsOf(rw.Header())
	err := catch(func() error {
		if err := s.run(w); err != nil {
			return err
		}
		return w.send()
	})
	if err == nil {
		return
	}
	// The methods of the methlet's error can panic too.
	if err := catch(func() error { s.finish(w, err); return nil }); err != nil {
		s.fail(w, err)
	}
}

func fieldsOf(h http.Header) []headerField {
	fields := make([]headerField, 0, len(h))
	for name, values := range h {
		fields = append(fields, headerField{name, values})
	}
	return fields
}

// run does what is to be done for w's request.
func (s *Server) run(w *Response) (err error) {
	if s.Auth != nil {
		if w.user, err = s.Auth.Authenticate(w.req); err != nil {
			return err
		}
	}
	p := s.currentPages()
	var buf [64]byte
	m := p.methlets[string(appendMethletName(buf[:0], w.req.URL.Path))]
	page := isPageMethod(w.req.Method)
	if m != nil && page {
		return m.serve(w, w.req)
	}
	var allow []string
	if p.routes != nil {
		var served bool
		if served, allow, err = p.routes.serve(w); served {
			return err
		}
	}
	if p.unknown != nil && page {
		if err := p.unknown.serve(w, w.req); err != nil || !w.untouched() {
			return err
		}
	}
	switch {
	case page && allow == nil:
		return notFound(w.req, nil)
	case m != nil || p.unknown != nil || allow == nil:
		allow = append(allow, pageMethods...)
	}
	return notAllowed(w.req, allow)
}

// pageMethods are the methods that methlets answer.
var pageMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

func isPageMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodPost
}

// notFound is the answer where nobody serves r's path, because of err if it is not nil.
func notFound(r *http.Request, err error) error {
	return &Error{
		Status:  http.StatusNotFound,
		Message: shorten(r.URL.Path, 60) + " is no page of this program. Check the address, or start from the home page.",
		Err:     err,
	}
}

// notAllowed is the answer where r's path is served for the methods allow only.
func notAllowed(r *http.Request, allow []string) error {
	slices.Sort(allow)
	list := strings.Join(slices.Compact(allow), ", ")
	return &Error{
		Status:  http.StatusMethodNotAllowed,
		Message: "This page answers " + list + ", and not " + shorten(r.Method, 20) + ".",
		Header:  http.Header{"Allow": {list}},
	}
}

// finish ends the answer when a methlet has returned err, or sending it has failed.
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
	if err == nil {
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
	e := toError(err)
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
	if err == nil {
		err = w.send()
	}
	w.failed = true
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
