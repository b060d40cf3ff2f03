package dibbler

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// A route is a pattern with its handler.
type route struct {
	pattern      string
	method, path string // of the pattern; path begins with the host if there is one
	source       string // the handler's name for errors
	serve        func(w *Response, r *http.Request) error
}

func newRoute(pattern string, h any) *route {
	rt := &route{pattern: pattern, path: pattern, source: sourceOf(h)}
	if i := strings.IndexAny(pattern, " \t"); i >= 0 {
		rt.method, rt.path = pattern[:i], strings.TrimLeft(pattern[i:], " \t")
	}
	return rt
}

// wildcards returns the names of the wildcards in a pattern's path.
func wildcards(path string) (names []string) {
	for segment := range strings.SplitSeq(path, "/") {
		name, ok := strings.CutPrefix(segment, "{")
		name, closed := strings.CutSuffix(name, "}")
		if name = strings.TrimSuffix(name, "..."); ok && closed && name != "$" {
			names = append(names, name)
		}
	}
	return names
}

// ServeHTTP is called by the mux of routes with a muxWriter.
func (rt *route) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	x := rw.(*muxWriter)
	x.served = true
	x.err = rt.serve(x.w, r)
}

// routes are the patterns of a server.
type routes struct {
	mux       http.ServeMux
	byPattern map[string]*route // guarded by the server's mutex
}

// add adds rt. It turns a panic of the mux into an error.
func (rs *routes) add(rt *route) (err error) {
	if rt.method != strings.ToUpper(rt.method) {
		return fmt.Errorf("pattern %q has a method in lower case; want %s", rt.pattern, strings.ToUpper(rt.method))
	}
	if first := rs.byPattern[rt.pattern]; first != nil {
		return fmt.Errorf("pattern %q is registered twice, for %s and for %s", rt.pattern, first.source, rt.source)
	}
	defer func() {
		if v := recover(); v != nil {
			err = rs.muxError(rt, fmt.Sprint(v))
		}
	}()
	rs.mux.Handle(rt.pattern, rt)
	rs.byPattern[rt.pattern] = rt
	return nil
}

// muxError returns the error for rt, with which the mux has panicked with text. For a
// conflict, text is: pattern "/a" (registered at here) conflicts with pattern "/b"
// (registered at there):, and the reason on further lines. Both positions are in this file,
// so the error has the names of the handlers instead.
func (rs *routes) muxError(rt *route, text string) error {
	_, other, _ := strings.Cut(text, " conflicts with pattern ")
	quoted, _ := strconv.QuotedPrefix(other)
	name, _ := strconv.Unquote(quoted)
	if first := rs.byPattern[name]; first != nil {
		_, why, _ := strings.Cut(other, "):\n")
		return fmt.Errorf("pattern %q for %s conflicts with %q for %s:\n%s", rt.pattern, rt.source, name, first.source, why)
	}
	text = strings.TrimPrefix(text, "parsing "+strconv.Quote(rt.pattern)+": ")
	return fmt.Errorf(`pattern %q: %s; want one such as "POST /save", "GET /expense/{id}" or "GET /static/"`, rt.pattern, text)
}

// serve serves w's request with its route. If there is none, served is false, and allow
// lists the methods for which the path has a route.
func (rs *routes) serve(w *Response) (served bool, allow []string, err error) {
	x := muxWriter{w: w}
	rs.mux.ServeHTTP(&x, w.req)
	switch {
	case x.served:
		return true, nil, x.err
	case x.status == http.StatusMethodNotAllowed:
		return false, strings.Split(x.header.Get("Allow"), ", "), nil
	case x.status/100 == 3 && w.req.Pattern != "": // to a path that has a route, such as from /a//b to /a/b
		http.Redirect(w, w.req, x.header.Get("Location"), x.status)
		return true, nil, nil
	}
	return false, nil, nil
}

// A muxWriter is the ResponseWriter that the mux gets. It receives the response of a mux
// that finds no route.
type muxWriter struct {
	w      *Response
	served bool  // a route was called
	err    error // of the route
	header http.Header
	status int
}

func (x *muxWriter) Header() http.Header {
	if x.header == nil {
		x.header = http.Header{}
	}
	return x.header
}

func (x *muxWriter) WriteHeader(status int)      { x.status = status }
func (x *muxWriter) Write(p []byte) (int, error) { return len(p), nil }
