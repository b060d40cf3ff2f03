package attack

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A request is one that the request filter has to judge. Each of its parts is sent as it is;
// the value absent is not sent at all, and PORT stands for the port.
type request struct {
	host, target, method, version string
	origin, site, mode, dest      string
}

// absent is a header that is not there.
const absent = "\x00absent"

// twice sends a header two times.
func twice(a, b string) string { return a + "\x00" + b }

// raw is the request as text for [victim.lines].
func (r request) raw() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/%s\n", r.method, r.target, r.version)
	for _, h := range [][2]string{{"Host", r.host}, {"Origin", r.origin}, {"Sec-Fetch-Site", r.site}, {"Sec-Fetch-Mode", r.mode}, {"Sec-Fetch-Dest", r.dest}} {
		if h[1] == absent {
			continue
		}
		for value := range strings.SplitSeq(h[1], "\x00") {
			fmt.Fprintf(&b, "%s: %s\n", h[0], value)
		}
	}
	if r.method == "POST" {
		b.WriteString("Content-Length: 0\n")
	}
	if r.version == "1.0" {
		b.WriteString("Connection: keep-alive\n")
	}
	b.WriteString("\n")
	return b.String()
}

// A verdict is how a request must be answered.
type verdict struct {
	in       bool  // let in: it must be answered as its page is
	statuses []int // one of these
	page     string
}

// Targets: of two pages, of what cannot be asked for at all, and of nothing. An
// absolute one names its host itself, and what Host says counts for nothing, as RFC
// 9112, section 3.2.2, has it.
var (
	actTargets  = []string{"/act", "/ACT", "/aCt", "/%61ct", "/act?", "/act?x=1", "/act?//evil.test", "/act?%0d%0aX:y", "/act.", "/.act", "/act?a;b", "/act?%zz", "http://127.0.0.1:PORT/act", "HTTP://127.0.0.1:PORT/act"}
	homeTargets = []string{"/", "/?", "/home", "/HOME", "/%68ome", "/?x=1", "/?/", "/.home", "http://127.0.0.1:PORT", "http://localhost:PORT/"}
	badTargets  = []string{"*", "act", "/act%", "/act%zz", "/%0", `\act`, "?", "?x", "#", "127.0.0.1:PORT", "localhost:PORT", "evil.test:80", "[::1]:PORT", "http://", "http:///act", "https://127.0.0.1:PORT/act", "ftp://127.0.0.1:PORT/act", "file:///act", "javascript:alert(1)", "http:act", "http://evil.test/act", "http://evil.test:PORT/", "http://127.0.0.1:PORT@evil.test/act", "http://evil.test@127.0.0.1:PORT/act", "http://evil.test#127.0.0.1:PORT/act", "/act\x7f", "/act\x01", "/act\x00", "/act x", "/act\t"}
	noTargets   = []string{"//", "//act", "///act", "/act/", "/./act", "/x/../act", "/../act", "/%2e%2e/act", "/..%2fact", "/%2fact", "/act%2f", "/act%00", "/%00act", "/act%20", "/act%0d%0a", "/act;x", "/act#x", "/act:80", `/\act`, `/\evil.test`, "//evil.test", "//evil.test/act", "//evil.test@127.0.0.1:PORT/act", "/http://evil.test/", "/%2f%2fevil.test", "/a.ct", "/a%2ect", "/.", "/..", "/...", "/%", "/on.act", "/onact", "/OnAct", "/%c0%afact", "/%ff", "/\xff", "/act\u00a0", "/áct", "/ａct", "/act.php", "/act.x",
		// Hooks and what else a plug-in has are not pages.
		"/incoming.connection", "/Incoming.Connection", "/INCOMING.CONNECTION", "/%69ncoming.connection", "/incoming.connection.", "/incomingconnection", "/unknown", "/Unknown", "/tray.items", "/tray.tooltip", "/flush", "/http.methods", "/one.at.a.time", "/shutdown"}
)

// validHost is what may stand in a Host header. net/http refuses the rest.
var validHost = regexp.MustCompile(`^[A-Za-z0-9!$%&'()*+,.:;=\[\]_~-]*$`)

// judge says how the program must answer, by what is promised: a Host that is one of
// ours, in letters of any case, a target that is a page, the methods GET, HEAD and POST, an
// Origin only if it is ours, or null where the browser says that it is ours, and
// nothing that another page has led to, save for a link to the home page.
func (r request) judge() verdict {
	var no []int
	ours := []string{"127.0.0.1:PORT", "[::1]:PORT", "localhost:PORT"}
	known := slices.Concat(actTargets, homeTargets)
	absolute := !strings.HasPrefix(r.target, "/") && slices.Contains(known, r.target)
	switch {
	case absolute && r.host == absent:
		if r.version == "1.1" {
			no = append(no, http.StatusBadRequest)
		}
	case absolute:
		if !validHost.MatchString(strings.TrimSpace(r.host)) { // two of them are not
			no = append(no, http.StatusBadRequest)
		}
	case !slices.ContainsFunc(ours, func(own string) bool { return len(own) == len(r.host) && strings.EqualFold(own, r.host) }):
		no = append(no, http.StatusMisdirectedRequest, http.StatusBadRequest)
	}
	if !strings.HasPrefix(r.target, "/") && !absolute || slices.Contains(badTargets, r.target) || r.target == "/%" {
		no = append(no, http.StatusBadRequest)
		if strings.Contains(r.target, ":") {
			no = append(no, http.StatusMisdirectedRequest) // its name wins over Host's
		}
	}
	switch r.method {
	case "GET", "HEAD", "POST":
	case "":
		no = append(no, http.StatusBadRequest)
	case "CONNECT":
		no = append(no, http.StatusMethodNotAllowed, http.StatusBadRequest, http.StatusMisdirectedRequest) // its target is a host
	default:
		no = append(no, http.StatusMethodNotAllowed, http.StatusBadRequest)
	}
	null := r.origin == "null" && r.site == "same-origin"
	if r.origin != absent && !null && !slices.Contains(ours, strings.TrimPrefix(r.origin, "http://")) || slices.Contains(ours, r.origin) {
		no = append(no, http.StatusForbidden)
	}
	link := r.method == "GET" && r.target == "/" && r.mode == "navigate" && r.dest == "document" && !strings.Contains(r.site, "\x00")
	if r.site != absent && r.site != "none" && r.site != "same-origin" && !link {
		no = append(no, http.StatusForbidden)
	}
	switch {
	case no != nil:
		return verdict{statuses: no}
	case slices.Contains(actTargets, r.target):
		return verdict{true, []int{http.StatusOK}, "act " + r.method}
	case slices.Contains(homeTargets, r.target):
		return verdict{true, []int{http.StatusOK}, "home " + r.method}
	}
	return verdict{true, []int{http.StatusNotFound}, ""}
}

// flaw says what is wrong with a, or "" if nothing is. It is for every answer,
// whatever was asked.
func flaw(a *answer) string {
	if a.StatusCode >= 400 && a.Header["X-Frame-Options"] == nil {
		// What is hardly a request is answered before there is a page.
		if !a.Close {
			return "the connection stays open"
		}
		return foreign(a.body)
	}
	cached := "no-store"
	if kind := a.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/css") || strings.HasPrefix(kind, "text/javascript") {
		cached = "no-cache" // the program's own files, whose addresses here have no version
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                cached,
		"Referrer-Policy":              "same-origin",
	} {
		if got := a.Header[name]; !slices.Equal(got, []string{want}) {
			return fmt.Sprintf("%s is %q", name, got)
		}
	}
	// The program's own pages and refusals are framed by nobody; where there are both,
	// the policy wins.
	csp, frames := strings.Join(a.Header["Content-Security-Policy"], "|"), a.Header["X-Frame-Options"]
	nobody := strings.Contains(csp, "frame-ancestors 'none'")
	own := strings.Contains(csp, "frame-ancestors 'self'") && slices.Equal(frames, []string{"SAMEORIGIN"})
	if !nobody && !own || len(frames) != 1 {
		return fmt.Sprintf("Content-Security-Policy is %q, X-Frame-Options %q", csp, frames)
	}
	for name, values := range a.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			return fmt.Sprintf("%s is %q", name, values)
		}
	}
	if at := a.Header.Get("Location"); at != "" && at != "/" {
		return "it leads to " + at
	}
	if a.StatusCode == http.StatusMisdirectedRequest && strings.Contains(a.body, "Target") {
		return "it tells a rebound name whose it is"
	}
	return foreign(a.body)
}

// foreign says whether a page holds a part of a request as it was sent.
func foreign(page string) string {
	if strings.Contains(page, "<script>alert") || leadsAway.MatchString(page) {
		return "what was sent is on the page as it is"
	}
	return ""
}

// leadsAway finds links, forms and the like that are somebody else's.
var leadsAway = regexp.MustCompile(`(?i)(href|src|action)="?[^" >]*(evil\.test|javascript:)`)
