package app

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A requestDoor lets in what the owner means, and refuses what another web page
// makes the owner's browser send, before any plug-in sees it. The connection was
// let in already; what is kept out here is DNS rebinding, cross-site request
// forgery, and pages of other ports of this machine.
//
// http.CrossOriginProtection is not enough: it lets all cross-site GETs pass, so
// that images, frames, event streams and WebSockets do, and knows nothing of the
// Host header, so that a rebound name passes with everything.
type requestDoor struct {
	name     string
	hosts    []string // the names that the program answers to
	origins  []string // the same as origins
	methods  []string
	refusals *refusals
	next     http.Handler
}

// newRequestDoor returns the door of the program that listens at port.
func newRequestDoor(name string, port int, moreMethods []string, r *refusals, next http.Handler) *requestDoor {
	d := &requestDoor{
		name:     name,
		methods:  append([]string{http.MethodGet, http.MethodHead, http.MethodPost}, moreMethods...),
		refusals: r,
		next:     next,
	}
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		if port != 80 { // which browsers do not say
			host += ":" + strconv.Itoa(port)
		}
		d.hosts = append(d.hosts, host)
		d.origins = append(d.origins, "http://"+host)
	}
	return d
}

// ServeHTTP answers or refuses r.
func (d *requestDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header())
	if no := d.check(r); no != nil {
		d.refuse(w, r, no)
		return
	}
	d.next.ServeHTTP(w, r)
}

// setSecurityHeaders sets what every answer carries. A page may replace them.
func setSecurityHeaders(h http.Header) {
	v := [...]string{"DENY", "nosniff", "same-origin", "same-origin-allow-popups", "no-store", "same-origin"}
	h["Content-Security-Policy"] = securityPolicy
	h["X-Frame-Options"] = v[0:1:1] // what is appended goes elsewhere
	h["X-Content-Type-Options"] = v[1:2:2]
	h["Cross-Origin-Resource-Policy"] = v[2:3:3]
	// A page elsewhere that opens ours in a window keeps no hold of that window. Ours
	// may keep one of theirs.
	h["Cross-Origin-Opener-Policy"] = v[3:4:4]
	h["Cache-Control"] = v[4:5:5]
	// Not no-referrer: with it, browsers send "Origin: null" with our own forms.
	h["Referrer-Policy"] = v[5:6:6]
}

// securityPolicy keeps a page from being framed, and from sending its forms or
// resolving its links elsewhere. What else a page may do is for its author to say.
var securityPolicy = []string{"base-uri 'self'; form-action 'self'; frame-ancestors 'none'"}

// A refusal says why a request is refused, to a person and with what to do.
type refusal struct {
	status  int
	Problem string
	Advice  string
}

func (d *requestDoor) check(r *http.Request) *refusal {
	switch {
	case !slices.Contains(d.hosts, r.Host):
		return &refusal{http.StatusMisdirectedRequest, "It was sent to a name that is not this program's.", d.home()}
	case !strings.HasPrefix(r.RequestURI, "/"):
		return &refusal{http.StatusBadRequest, "Its target is not a page.", d.home()}
	case !slices.Contains(d.methods, r.Method):
		return &refusal{http.StatusMethodNotAllowed, "Its method is not one of " + strings.Join(d.methods, ", ") + ".", "Ask the author of what sent it."}
	}
	origins, site := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
	if len(origins) > 1 || len(origins) == 1 && !slices.Contains(d.origins, origins[0]) {
		return &refusal{http.StatusForbidden, "Another web page sent it.", "If that is what you want, open " + d.name + " yourself and do it there."}
	}
	if len(site) > 1 || len(site) == 1 && site[0] != "same-origin" && site[0] != "none" && !isLink(r) {
		return &refusal{http.StatusForbidden, "Another web page led here.", "If that is what you want, open " + d.name + " yourself and go there."}
	}
	return nil
}

// home is the advice to somebody who asked in the wrong place.
func (d *requestDoor) home() string { return "Use http://" + d.hosts[0] + "/ instead." }

// isLink reports whether r is what a browser sends when a person follows a link
// from elsewhere to the home page. Such a link says nothing about what to do.
func isLink(r *http.Request) bool {
	return r.Method == http.MethodGet && r.RequestURI == "/" &&
		slices.Equal(r.Header["Sec-Fetch-Mode"], []string{"navigate"}) &&
		slices.Equal(r.Header["Sec-Fetch-Dest"], []string{"document"})
}

func (d *requestDoor) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	// Of the request only what cannot hold a secret is logged.
	d.refusals.add("request refused", "method", shorten(r.Method), "host", shorten(r.Host), "origin", shorten(r.Header.Get("Origin")), "because", no.Problem)
	h := w.Header()
	if no.status == http.StatusMethodNotAllowed {
		h.Set("Allow", strings.Join(d.methods, ", "))
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Connection", "close")
	name := d.name
	if no.status == http.StatusMisdirectedRequest {
		name = "" // a page whose name was made to lead here can read this one
	}
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, "refused.html", struct {
		*refusal
		Name string
	}{no, name}); err != nil {
		slog.Error("refusal page", "err", err)
	}
	w.WriteHeader(no.status)
	if _, err := page.WriteTo(w); err != nil {
		slog.Debug("refusal page not sent", "err", err)
	}
}

// shorten cuts what a stranger has sent to what is worth a place in the log.
func shorten(s string) string {
	const most = 80
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
