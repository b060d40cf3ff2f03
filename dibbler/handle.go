package dibbler

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"
)

// Handle registers h for pattern, a pattern of [http.ServeMux] such as "POST /save",
// "GET /expense/{id}" or "GET /static/". h is an [http.Handler], a function with one of the
// three signatures of methlets, or the result of [MaxBody].
//
// Methlets take precedence over patterns, and patterns over OnUnknown. The rules of
// ServeMux apply: a pattern without a method matches all methods, a pattern with GET also
// matches HEAD, and the more specific of two patterns takes precedence. Methlets and
// OnUnknown serve GET, HEAD and POST. If the path is served for other methods only, the
// response has status 405 and an Allow field.
//
// [http.Request.PathValue] returns the values of the pattern's wildcards. They are also
// values of the form, and replace others of the same name. If one of them does not fit
// its field, the response has status 404.
//
// Handle returns an error if the pattern is invalid, was registered before, or conflicts
// with another one as in ServeMux, or if h has another type. A function is not affected by
// [OneAtATime], even if it is a method of such a plug-in. Handle may be called at any time,
// also while the server is serving.
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

// warnIfHidden logs a warning if one of methlets takes precedence over rt.
func (s *Server) warnIfHidden(rt *route, methlets map[string]*methlet) {
	if rt.method != "" && !isPageMethod(rt.method) {
		return
	}
	page := strings.TrimSuffix(rt.path, "{$}")
	if m := methlets[string(appendMethletName(nil, page))]; m != nil {
		s.logger().Warn("dibbler: pattern is hidden by a methlet", "pattern", rt.pattern, "handler", rt.source, "plugin", m.plugin, "methlet", m.method)
	}
}

// MaxBody sets the maximum size of a request's body for one pattern, in bytes: pass its
// result to [Server.Handle] in place of h. This maximum replaces [Server.MaxBody], and
// may be larger or smaller. Reading a larger body returns an error. The response then has
// status 413 if h takes a form or returns that error. Handle returns an error if bytes is
// less than 1. If a middleware of [Server.Wrap] has begun to read the body, MaxBody has
// no effect.
func MaxBody(h any, bytes int64) any { return limited{h, bytes} }

// limited is the result of MaxBody.
type limited struct {
	handler any
	bytes   int64
}

// bindHandler returns h as a function with the signature of a Methlet. Its error continues
// a sentence whose subject is h, such as "is a string".
func bindHandler(h any, wildcards []string) (func(*Response, *http.Request) error, error) {
	v := reflect.ValueOf(h)
	switch v.Kind() {
	case reflect.Invalid:
		return nil, errors.New("is not a handler; want " + handlerForms)
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

// sourceOf returns the name of h for errors and the log: the name of a function, or the
// type of another handler.
func sourceOf(h any) string {
	if l, ok := h.(limited); ok {
		return sourceOf(l.handler)
	}
	if v := reflect.ValueOf(h); v.Kind() == reflect.Func && !v.IsNil() {
		if f := runtime.FuncForPC(v.Pointer()); f != nil {
			return strings.TrimSuffix(f.Name(), "-fm") // the suffix of method values
		}
	}
	return fmt.Sprintf("%T", h)
}
