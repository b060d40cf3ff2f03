package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// An originCheck is a handler that refuses requests that other web pages make the owner's
// browser send, before they reach a plug-in. The connection itself has been accepted
// already. The check protects against DNS rebinding, cross-site request forgery, and
// pages at other ports of this computer.
//
// http.CrossOriginProtection is not enough. It allows every cross-site GET request,
// including images, frames, event streams and WebSockets. It does not check the Host
// header, so it allows all requests for a rebound name.
//
// The check is the same for all methods. The server behind it decides which methods a
// page answers.
type originCheck struct {
	Config
	landings map[string]bool // paths to which other sites may lead, in addition to /
	hosts    []string        // the host names of the program
	origins  []string        // the origins of these hosts
	next     http.Handler
}

// originCheck returns the origin check of a server at a port.
func (c Config) originCheck(port int, landings map[string]bool, next http.Handler) *originCheck {
	o := &originCheck{Config: c, landings: landings, next: next}
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		if port != 80 { // browsers leave out port 80
			host += ":" + strconv.Itoa(port)
		}
		o.hosts = append(o.hosts, host)
		o.origins = append(o.origins, "http://"+host)
	}
	return o
}

func (c *originCheck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setSecurityHeaders(w.Header(), r)
	if no := c.check(r); no != nil {
		c.refuse(w, r, no)
		return
	}
	if r.URL.Path == "" { // allowed in the absolute form (RFC 9110, section 4.2.3)
		r.URL.Path = "/"
	}
	c.next.ServeHTTP(w, r)
}

// A refusal says, to a person, why a request is refused and what to do.
type refusal struct {
	status  int
	Problem string
	Advice  string // the program's address follows
}

func (c *originCheck) check(r *http.Request) *refusal {
	switch {
	case !c.isOwnHost(r.Host):
		return &refusal{http.StatusMisdirectedRequest, "It was sent to an address that does not belong to this program.", ownAddress}
	case r.Method == http.MethodConnect || r.Method == http.MethodOptions && r.RequestURI == "*":
		return &refusal{http.StatusMethodNotAllowed, "It does not ask for a page.", ownAddress}
	case !strings.HasPrefix(r.RequestURI, "/") && !isAbsolute(r.URL):
		return &refusal{http.StatusBadRequest, "Its target is not a page.", ownAddress}
	}
	origins, site := r.Header["Origin"], r.Header["Sec-Fetch-Site"]
	if len(origins) > 1 || len(origins) == 1 && !c.isOwnOrigin(origins[0], site) {
		return &refusal{http.StatusForbidden, "Another web page sent it.", "If you want this, open " + c.Name + " yourself and do it there:"}
	}
	if len(site) > 1 || len(site) == 1 && site[0] != "same-origin" && site[0] != "none" && !c.isLink(r) {
		return &refusal{http.StatusForbidden, "It came from another web page.", "To see the page, open " + c.Name + " yourself and go to the page from there:"}
	}
	return nil
}

// isAbsolute reports whether u is a target in absolute form, with the scheme http and an
// authority without a user (RFC 9110, section 4.2).
func isAbsolute(u *url.URL) bool {
	return u.Scheme == "http" && u.Host != "" && u.User == nil && u.Opaque == ""
}

// isOwnHost reports whether host is one of the program's, regardless of case. If the
// lengths are equal, only ASCII letters fold to ours. For a target in absolute form,
// net/http has replaced the Host header by the authority of the target (RFC 9112, section
// 3.2.2).
func (c *originCheck) isOwnHost(host string) bool {
	return slices.ContainsFunc(c.hosts, func(own string) bool {
		return host == own || len(host) == len(own) && strings.EqualFold(host, own)
	})
}

// isOwnOrigin reports whether origin is one of the program's. It accepts "null" if the
// browser says that the request is from a page of the same origin: browsers send it with
// forms of pages with the referrer policy no-referrer.
func (c *originCheck) isOwnOrigin(origin string, site []string) bool {
	return slices.Contains(c.origins, origin) || origin == "null" && len(site) == 1 && site[0] == "same-origin"
}

// ownAddress is the advice for a wrong address. The page adds the right one.
const ownAddress = "Open"

// isLink reports whether a person followed a link of another site to the home page
// without a query, or to a landing page. It excludes pages that browsers fetch in
// advance.
func (c *originCheck) isLink(r *http.Request) bool {
	return r.Method == http.MethodGet &&
		(r.RequestURI == "/" || c.landings[r.URL.Path]) &&
		slices.Equal(r.Header["Sec-Fetch-Mode"], []string{"navigate"}) &&
		slices.Equal(r.Header["Sec-Fetch-Dest"], []string{"document"}) &&
		len(r.Header["Sec-Purpose"]) == 0
}

func (c *originCheck) refuse(w http.ResponseWriter, r *http.Request, no *refusal) {
	// Log only values that cannot have a secret.
	c.Refusals.add("request refused", "method", clip(r.Method), "host", clip(r.Host), "origin", clip(r.Header.Get("Origin")), "because", no.Problem)
	h := w.Header()
	if no.status == http.StatusMethodNotAllowed {
		h.Set("Allow", "GET, HEAD, POST")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h["Content-Security-Policy"], h["X-Frame-Options"] = refusedPolicy, framedByNone
	h.Set("Connection", "close")
	name := c.Name
	if no.status == http.StatusMisdirectedRequest {
		name = "" // a page with a rebound name can read this page
	}
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, "refused.html", struct {
		*refusal
		Name, Home string
	}{no, name, "http://" + c.hosts[0] + "/"}); err != nil {
		slog.Error("cannot make the page of a refusal", "err", err)
	}
	w.WriteHeader(no.status)
	if _, err := page.WriteTo(w); err != nil {
		slog.Debug("cannot send the page of a refusal", "err", err)
	}
}

// clip truncates a text of a request for the log.
func clip(s string) string { return fmt.Sprintf("%.80s", s) }
