package dibbler

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"
)

// Handle has h answer the requests that match pattern, a pattern of [http.ServeMux] such
// as "POST /save", "GET /expense/{id}" or "GET /static/". h is an [http.Handler], such as
// [http.FileServerFS], or a function in one of the three forms of methlet, or one of
// them with a limit of its own, which [MaxBody] returns.
//
// A page that has a methlet is served by it; then come patterns, and then OnUnknown. By
// the rules of ServeMux a pattern without a method matches all methods, one with GET
// also HEAD, and of two patterns the more specific one wins. What no pattern names stays
// as it is: methlets and OnUnknown answer GET, HEAD and POST, and for other methods the
// server says 405 with an Allow field.
//
// The wildcards of the pattern are found with [http.Request.PathValue], and a form is
// filled in from them as well: a path value is the one value of its field, whatever else
// was sent. If it does not fit, the page is not found.
//
// The same pattern twice is an error, and so are two that match a request in common
// without one being more specific, a pattern that cannot be parsed, and an h of another
// form. A function takes no turns, even if it is a method of a plug-in with [OneAtATime].
// Handle may be called at any time, also while the server is serving.
func (s *Server) Handle(pattern string, h any) error {
	rt := newRoute(pattern, h)
	var err error
	if rt.serve, err = bindHandler(h, wildcards(rt.path)); err != nil {
		return fmt.Errorf("dibbler: pattern %q: %s %w", pattern, rt.source, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.currentPages()
	next := *old
	if next.routes == nil {
		next.routes = &routes{byPattern: map[string]*route{}}
	}
	if err := next.routes.add(rt); err != nil {
		return fmt.Errorf("dibbler: %w", err)
	}
	s.warnIfHidden(rt, old.methlets)
	s.pages.Store(&next)
	return nil
}

// warnIfHidden logs if one of methlets serves the page that rt is for.
func (s *Server) warnIfHidden(rt *route, methlets map[string]*methlet) {
	if rt.method != "" && !isPageMethod(rt.method) {
		return
	}
	page := strings.TrimSuffix(rt.path, "{$}")
	if m := methlets[string(appendMethletName(nil, page))]; m != nil {
		s.logger().Warn("dibbler: pattern is hidden by a methlet", "pattern", rt.pattern, "handler", rt.source, "plugin", m.plugin, "methlet", m.method)
	}
}

// MaxBody returns h with a limit for the body of a request, in bytes, to be given to
// [Server.Handle]: it holds for that pattern in the place of [Server.MaxBody], whether it
// is higher or lower. A request that is larger is answered with status 413 if h is a
// function that takes a form or returns the error of reading. Handle refuses a limit of
// less than 1. The limit has no effect on what [Server.Wrap] has already begun to read.
func MaxBody(h any, bytes int64) any { return limited{h, bytes} }

// limited is what MaxBody returns.
type limited struct {
	handler any
	bytes   int64
}

// bindHandler makes one kind of function of what Handle takes. The error begins with
// what h is.
func bindHandler(h any, wildcards []string) (func(*Response, *http.Request) error, error) {
	v := reflect.ValueOf(h)
	switch v.Kind() {
	case reflect.Invalid:
		return nil, errors.New("is no handler; want " + handlerForms)
	case reflect.Func, reflect.Pointer, reflect.Map, reflect.Chan, reflect.Slice:
		if v.IsNil() {
			return nil, fmt.Errorf("is a nil %v; want %s", v.Type(), handlerForms)
		}
	}
	switch h := h.(type) {
	case limited:
		if h.bytes < 1 {
			return nil, fmt.Errorf("has a MaxBody of %d bytes; want 1 or more", h.bytes)
		}
		serve, err := bindHandler(h.handler, wildcards)
		return func(w *Response, r *http.Request) error {
			limitBody(r, h.bytes)
			return serve(w, r)
		}, err
	case http.Handler:
		return func(w *Response, r *http.Request) error { h.ServeHTTP(w, r); return nil }, nil
	}
	if v.Kind() != reflect.Func {
		return nil, fmt.Errorf("is a %v; want %s", v.Type(), handlerForms)
	}
	return bindMethlet(v, nil, wildcards)
}

const handlerForms = "an http.Handler, " + methletForms

// sourceOf names h in errors and in the log: a function by its name, other handlers by
// their types.
func sourceOf(h any) string {
	if l, ok := h.(limited); ok {
		return sourceOf(l.handler)
	}
	if v := reflect.ValueOf(h); v.Kind() == reflect.Func && !v.IsNil() {
		if f := runtime.FuncForPC(v.Pointer()); f != nil {
			return strings.TrimSuffix(f.Name(), "-fm") // of a method
		}
	}
	return fmt.Sprintf("%T", h)
}
