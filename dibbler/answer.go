package dibbler

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) { s.serve(rw, r, connOf(r)) }

// serve serves a request on c, which is nil in another server.
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

// handler returns the handler that Wrap has returned, or nil if Wrap is nil.
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
			defer s.removeFiles(r) // r may be a copy
			s.answer(rw, r, connOf(r))
		}))
		if s.wrapped != nil {
			s.wrapErr = nil
		}
	})
	return s.wrapped, s.wrapErr
}

// removeFiles removes the temporary files of r's form. net/http does not remove them if the
// handler panics or hijacks the connection, nor those of a copy of the request.
func (s *Server) removeFiles(r *http.Request) {
	if r.MultipartForm == nil {
		return
	}
	if err := r.MultipartForm.RemoveAll(); err != nil {
		s.logger().Error("dibbler: cannot remove the temporary files of an upload", "err", err)
	}
}

// answer calls the handler of r's page and sends its response or an error page.
func (s *Server) answer(rw http.ResponseWriter, r *http.Request, c *conn) {
	w := &Response{rw: rw, req: r, server: s, conn: c}
	if c == nil {
		if slow := s.newSlowWriter(rw, r); slow != nil {
			w.rw = slow
			defer func() {
				if !w.hijacked {
					slow.extend() // net/http flushes the rest after the handler
				}
			}()
		}
	}
	if c != nil && c.saidLast.Load() {
		rw.Header().Del("Connection") // send decides again, when another request may have arrived
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
	// The methods of the methlet's error can also panic.
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

// run authenticates w's request and calls its methlet, its route or OnUnknown.
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
	case !page && (m != nil || p.unknown != nil || allow == nil):
		allow = append(allow, pageMethods...)
	}
	return notAllowed(w.req, allow)
}

// pageMethods are the HTTP methods that methlets serve.
var pageMethods = []string{http.MethodGet, http.MethodHead, http.MethodPost}

func isPageMethod(method string) bool { return slices.Contains(pageMethods, method) }

// notFound returns the error for a path without a page. err is the cause; it may be nil.
func notFound(r *http.Request, err error) error {
	return &Error{
		Status:  http.StatusNotFound,
		Message: form.Shorten(r.URL.Path, 60) + " is not a page of this program. Check the address, or start from the home page.",
		Err:     err,
	}
}

// notAllowed returns the error for a path that is served for the methods allow only.
func notAllowed(r *http.Request, allow []string) error {
	slices.Sort(allow)
	list := strings.Join(slices.Compact(allow), ", ")
	return &Error{
		Status:  http.StatusMethodNotAllowed,
		Message: "This page answers " + list + ", and not " + form.Shorten(r.Method, 20) + ". Go back and use the form or the button that leads here, or start from the home page.",
		Header:  http.Header{"Allow": {list}},
	}
}

// finish ends the response after the methlet has returned err, or sending has failed with
// it.
func (s *Server) finish(w *Response, err error) {
	if errors.Is(err, ErrShutdown) {
		switch {
		case w.conn == nil:
			err = fmt.Errorf("%w, but this server does not run in a Context", err)
		case !isOnly(err, ErrShutdown): // something else has failed too
		case w.untouched():
			p := page{Title: "Goodbye", Message: "The program is finishing its work and will then end. You can close this page."}
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

// fail sends the error page for err, or panics with http.ErrAbortHandler if a part of the
// response has been sent.
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
		s.logger().Debug("dibbler: cannot send an error page", "path", w.req.URL.Path, "err", err)
	}
}

// log logs that w's request failed: as an error if the plug-in is the cause, and for
// debugging if the client is.
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
