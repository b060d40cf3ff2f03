package dibbler

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// A route is a pattern with what serves it.
type route struct {
	pattern      string
	method, path string // of the pattern; path begins with the host if there is one
	source       string // names the handler
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

// ServeHTTP is called by the mux of routes, for a routing.
func (rt *route) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	x := rw.(*routing)
	x.served = true
	x.err = rt.serve(x.w, r)
}

// routes are the patterns of a server.
type routes struct {
	mux       http.ServeMux
	byPattern map[string]*route // used only with the server's lock
}

// add adds rt. The mux panics if it cannot.
func (rs *routes) add(rt *route) (err error) {
	if rt.method != strings.ToUpper(rt.method) {
		return fmt.Errorf("pattern %q has a method in small letters; want %s", rt.pattern, strings.ToUpper(rt.method))
	}
	if first := rs.byPattern[rt.pattern]; first != nil {
		return fmt.Errorf("pattern %q is given twice, to %s and to %s", rt.pattern, first.source, rt.source)
	}
	defer func() {
		if v := recover(); v != nil {
			err = rs.refusal(rt, fmt.Sprint(v))
		}
	}()
	rs.mux.Handle(rt.pattern, rt)
	rs.byPattern[rt.pattern] = rt
	return nil
}

// refusal returns the error for rt, which the mux has refused with text. For a conflict
// that is: pattern "/a" (registered at here) conflicts with pattern "/b" (registered at
// there): why, on lines of their own. Where patterns were registered is in this file.
func (rs *routes) refusal(rt *route, text string) error {
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

// serve has the route of w's request answer it. If there is none, allow lists the methods
// that the path has one for.
func (rs *routes) serve(w *Response) (served bool, allow []string, err error) {
	x := routing{w: w}
	rs.mux.ServeHTTP(&x, w.req)
	switch {
	case x.served:
		return true, nil, x.err
	case x.status == http.StatusMethodNotAllowed:
		return false, strings.Split(x.header.Get("Allow"), ", "), nil
	case x.status/100 == 3 && w.req.Pattern != "": // of a path that another spelling would lead to
		http.Redirect(w, w.req, x.header.Get("Location"), x.status)
		return true, nil, nil
	}
	return false, nil, nil
}

// A routing is the search for a route. It takes the answers that the mux itself has.
type routing struct {
	w      *Response
	served bool // by a route
	err    error
	header http.Header
	status int
}

func (x *routing) Header() http.Header {
	if x.header == nil {
		x.header = http.Header{}
	}
	return x.header
}

func (x *routing) WriteHeader(status int)      { x.status = status }
func (x *routing) Write(p []byte) (int, error) { return len(p), nil }
