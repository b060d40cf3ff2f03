package web

import (
	"bufio"
	"cmp"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// isWholePage reports whether the answer to r is shown as a page, and is not fetched by a
// script or saved as a file. Firefox does not report that a link has the attribute
// download; then the header Content-Disposition is needed.
func isWholePage(r *http.Request) bool {
	switch first(r.Header["Sec-Fetch-Dest"]) {
	case "document", "frame": // a frame of a frameset, which itself cannot have a tail
		return true
	case "": // an older browser, or a client such as curl, which accepts everything
		return strings.Contains(first(r.Header["Accept"]), "text/html")
	}
	return false
}

// first returns the first value of a header field, or "". Unlike [http.Header.Get], it is
// used with canonical names, which need no conversion.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// A pageWriter detects whether the answer is a page to which a tail can be added.
type pageWriter struct {
	http.ResponseWriter
	whole bool
	held  int // the status, until the content type is known; 0 if there is none
	begun bool
	html  bool
	dev   bool // error pages also get the tail, so that they reload when the error is fixed
}

func (w *pageWriter) WriteHeader(status int) {
	final := status >= 200 || status == http.StatusSwitchingProtocols
	switch {
	case !final || w.begun:
		w.ResponseWriter.WriteHeader(status)
		return
	case w.held != 0:
		return // as in net/http, the first status counts
	}
	w.held = status
	if first(w.Header()["Content-Type"]) != "" {
		w.begin(nil)
	}
}

// sendHeld sends the header of an answer without content.
func (w *pageWriter) sendHeld() {
	if w.held != 0 {
		w.begin(nil)
	}
}

func (w *pageWriter) Write(p []byte) (int, error) {
	w.begin(p)
	return w.ResponseWriter.Write(p)
}

func (w *pageWriter) WriteString(s string) (int, error) {
	if !w.begun {
		return w.Write([]byte(s))
	}
	return io.WriteString(w.ResponseWriter, s)
}

// FlushError implements flushing for [http.ResponseController].
func (w *pageWriter) FlushError() error {
	w.begin(nil)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Hijack sends the held status, such as that of a WebSocket, and takes over the
// connection. It implements [http.Hijacker].
func (w *pageWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.sendHeld()
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap returns the wrapped writer for [http.ResponseController].
func (w *pageWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin checks the header and sends the held status, once. content is the beginning of
// the body, or nil if it is not known.
func (w *pageWriter) begin(content []byte) {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	if first(h["Cache-Control"]) == "" { // http.ServeContent removes it from errors
		h["Cache-Control"] = noStore
	}
	if first(h["Content-Type"]) == "" && content != nil && first(h["Content-Encoding"]) == "" {
		h.Set("Content-Type", http.DetectContentType(content))
	}
	if w.html = w.whole && isPage(cmp.Or(w.held, http.StatusOK), h); w.html && w.dev && w.held >= 400 {
		h["Content-Security-Policy"] = policy
	}
	w.html = w.html && allowsTail(h["Content-Security-Policy"])
	if w.html {
		delete(h, "Content-Length")
		delete(h, "Accept-Ranges")
	}
	if w.held != 0 {
		w.ResponseWriter.WriteHeader(w.held)
	}
}

// isPage reports whether an answer with this status and header is a complete HTML page
// that is shown.
func isPage(status int, h http.Header) bool {
	kind, _, _ := strings.Cut(first(h["Content-Type"]), ";")
	disposition, _, _ := strings.Cut(first(h["Content-Disposition"]), ";")
	hasBody := status >= 200 && status < 300 && status != http.StatusNoContent || status >= 400
	return hasBody && status != http.StatusPartialContent &&
		strings.EqualFold(strings.TrimSpace(kind), "text/html") &&
		first(h["Content-Encoding"]) == "" &&
		!strings.EqualFold(strings.TrimSpace(disposition), "attachment")
}

// allowsTail reports whether pages with these policies may use all parts of the tail. A
// part of the tail would be worse than none.
func allowsTail(policies []string) bool {
	if slices.Equal(policies, policy) || slices.Equal(policies, policyOfOwn) {
		return true // most pages have no other policy
	}
	for _, list := range policies {
		for policy := range strings.SplitSeq(list, ",") {
			d := parsePolicy(policy)
			if d.sandboxed() ||
				!d.allow("script-src-elem", "script-src", "default-src") ||
				!d.allow("connect-src", "default-src") ||
				!d.allow("form-action") {
				return false
			}
		}
	}
	return true
}

// directives is a Content-Security-Policy: its directives with their sources.
type directives map[string][]string

func parsePolicy(text string) directives {
	d := directives{}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(strings.ToLower(directive))
		if len(words) > 0 && d[words[0]] == nil { // the first directive of a name counts
			d[words[0]] = append([]string{}, words[1:]...)
		}
	}
	return d
}

// sandboxed reports whether the page cannot run scripts or send forms, or has no origin,
// so that its requests would be refused.
func (d directives) sandboxed() bool {
	flags, ok := d["sandbox"]
	return ok && !(slices.Contains(flags, "allow-scripts") && slices.Contains(flags, "allow-forms") && slices.Contains(flags, "allow-same-origin"))
}

// allow reports whether our own origin is one of the sources of the first of these
// directives that exists. With 'strict-dynamic', browsers ignore it.
func (d directives) allow(names ...string) bool {
	for _, name := range names {
		if sources, ok := d[name]; ok {
			return (slices.Contains(sources, "'self'") || slices.Contains(sources, "*")) && !slices.Contains(sources, "'strict-dynamic'")
		}
	}
	return true
}
