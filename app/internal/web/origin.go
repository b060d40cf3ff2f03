package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// An originCheck passes on the requests that the owner means, and refuses those
// that another web page makes the owner's browser send, before a plug-in sees them.
// The connection was accepted already; the check is against DNS rebinding,
// cross-site request forgery, and pages at other ports of this machine.
//
// http.CrossOriginProtection is not enough: it passes every cross-site GET, and so
// images, frames, event streams and WebSockets, and does not look at the Host
// header, so a rebound name passes with every request.
//
// The check is the same for all methods. Which of them a page answers is for the server
// behind it to say.
type originCheck struct {
	originConfig
	hosts   []string // the names of the program's own address
	origins []string // the same as origins
	next    http.Handler
}

// An originConfig configures an originCheck.
type originConfig struct {
	Name     string
	Port     int
	Landings map[string]bool // paths of pages that sites elsewhere may lead to, beside /
	Refusals *Refusals
}

func newOriginCheck(config originConfig, next http.Handler) *originCheck {
	c := &originCheck{originConfig: config, next: next}
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		if c.Port != 80 { // which browsers leave out
			host += ":" + strconv.Itoa(c.Port)
		}
		c.hosts = append(c.hosts, host)
		c.origins = append(c.origins, "http://"+host)
	}
	return c
}

func (c *originCheck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header(), r)
	if no := c.check(r); no != nil {
		c.refuse(w, r, no)
		return
	}
	if r.URL.Path == "" { // which an absolute form may leave out (RFC 9110, section 4.2.3)
		r.URL.Path = "/"
	}
	c.next.ServeHTTP(w, r)
}

// A refusal tells a person why a request is refused and what to do.
type refusal struct {
	status  int
	Problem string
	Advice  string // before the program's address
}

func (c *originCheck) check(r *http.Request) *refusal {
	switch {
	case !c.isOwnHost(r.Host):
		return &refusal{http.StatusMisdirectedRequest, "It was sent to a name that is not this program's.", ownAddress}
	case r.Method == http.MethodConnect || r.Method == http.MethodOptions && r.RequestURI == "*":
		return &refusal{http.StatusMethodNotAllowed, "It is not for a page.", ownAddress}
	case !strings.HasPrefix(r.RequestURI, "/") && !isAbsolute(r.URL):
		return &refusal{http.StatusBadRequest, "Its target is not a page.", ownAddress}
	}
	origins, site := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
	if len(origins) > 1 || len(origins) == 1 && !c.isOwnOrigin(origins[0], site) {
		return &refusal{http.StatusForbidden, "Another web page sent it.", "If you want this, open " + c.Name + " yourself and do it there:"}
	}
	if len(site) > 1 || len(site) == 1 && site[0] != "same-origin" && site[0] != "none" && !c.isLink(r) {
		return &refusal{http.StatusForbidden, "Another web page led here.", "If you want this, open " + c.Name + " yourself and go there:"}
	}
	return nil
}

// isAbsolute reports whether u is a target in absolute form, with the scheme and an
// authority without a user (RFC 9110, section 4.2).
func isAbsolute(u *url.URL) bool {
	return u.Scheme == "http" && u.Host != "" && u.User == nil && u.Opaque == ""
}

// isOwnHost compares as host names are compared, without regard to case. A host of
// the same length has only ASCII letters that fold to ours. For a target in absolute
// form, net/http has put its authority in the place of the Host header (RFC 9112,
// section 3.2.2).
func (c *originCheck) isOwnHost(host string) bool {
	return slices.ContainsFunc(c.hosts, func(own string) bool {
		return len(host) == len(own) && strings.EqualFold(host, own)
	})
}

// isOwnOrigin accepts "null" for a request that the browser says is from a page of
// the same origin: browsers send it with the forms of a page whose referrer policy
// is no-referrer.
func (c *originCheck) isOwnOrigin(origin string, site []string) bool {
	return slices.Contains(c.origins, origin) || origin == "null" && len(site) == 1 && site[0] == "same-origin"
}

// ownAddress is the advice to somebody who asked in the wrong place. The page adds the address.
const ownAddress = "Open"

// isLink reports whether a person followed a link from elsewhere to the home page,
// with nothing asked of it, or was led to a landing page. Browsers also fetch pages
// ahead that nobody has asked for.
func (c *originCheck) isLink(r *http.Request) bool {
	return r.Method == http.MethodGet &&
		(r.RequestURI == "/" || c.Landings[r.URL.Path]) &&
		slices.Equal(r.Header["Sec-Fetch-Mode"], []string{"navigate"}) &&
		slices.Equal(r.Header["Sec-Fetch-Dest"], []string{"document"}) &&
		len(r.Header["Sec-Purpose"]) == 0
}

func (c *originCheck) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	// Only what cannot hold a secret is logged.
	c.Refusals.add("request refused", "method", shorten(r.Method), "host", shorten(r.Host), "origin", shorten(r.Header.Get("Origin")), "because", no.Problem)
	h := w.Header()
	if no.status == http.StatusMethodNotAllowed {
		h.Set("Allow", "GET, HEAD, POST")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h["Content-Security-Policy"], h["X-Frame-Options"] = refusedPolicy, framedByNone
	h.Set("Connection", "close")
	name := c.Name
	if no.status == http.StatusMisdirectedRequest {
		name = "" // the page of a rebound name can read this one
	}
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, "refused.html", struct {
		*refusal
		Name, Home string
	}{no, name, "http://" + c.hosts[0] + "/"}); err != nil {
		slog.Error("refusal page", "err", err)
	}
	w.WriteHeader(no.status)
	if _, err := page.WriteTo(w); err != nil {
		slog.Debug("refusal page not sent", "err", err)
	}
}

// shorten cuts what a stranger has sent to a length fit for the log.
func shorten(s string) string {
	const most = 80
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
