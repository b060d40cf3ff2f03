package web

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strings"
)

// isWholePage reports whether the answer to r is shown as a page of its own, and is
// no piece that a script puts into one, nor a file that is saved. Of a link with the
// attribute download only Firefox does not tell; there the header
// Content-Disposition says so.
func isWholePage(r *http.Request) bool {
	switch first(r.Header["Sec-Fetch-Dest"]) {
	case "document", "frame": // of a frameset, which itself has no place for the tail
		return true
	case "": // of an older browser, or of a client such as curl, which takes everything
		return strings.Contains(first(r.Header["Accept"]), "text/html")
	}
	return false
}

// first returns the first value of a header field, or "". Unlike [http.Header.Get] it
// leaves the field's name as it is, which is spelt right here.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// A pageWriter finds out whether the answer is a page that a tail can be added to.
type pageWriter struct {
	http.ResponseWriter
	whole bool
	held  int // the status, until the type of the content is known; 0: none
	begun bool
	html  bool
	dev   bool // error pages get the tail as well, so that they reload when the error is fixed
}

func (w *pageWriter) WriteHeader(status int) {
	final := status >= 200 || status == http.StatusSwitchingProtocols
	if !final || w.begun || w.held != 0 {
		w.ResponseWriter.WriteHeader(status)
		return
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

// FlushError is for [http.ResponseController].
func (w *pageWriter) FlushError() error {
	w.begin(nil)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap is for [http.ResponseController].
func (w *pageWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin looks at the header and sends the status that was held, once. content is
// the first of the body, or nil if that is not known.
func (w *pageWriter) begin(content []byte) {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	if first(h["Cache-Control"]) == "" { // http.ServeContent drops it from its errors
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

// isPage reports whether an answer with this status and header is HTML that is
// shown, all of it.
func isPage(status int, h http.Header) bool {
	kind, _, _ := strings.Cut(first(h["Content-Type"]), ";")
	disposition, _, _ := strings.Cut(first(h["Content-Disposition"]), ";")
	hasBody := status >= 200 && status < 300 && status != http.StatusNoContent || status >= 400
	return hasBody && status != http.StatusPartialContent &&
		strings.EqualFold(strings.TrimSpace(kind), "text/html") &&
		first(h["Content-Encoding"]) == "" &&
		!strings.EqualFold(strings.TrimSpace(disposition), "attachment")
}

// allowsTail reports whether pages under these policies may use all that the tail
// consists of. Half of it would be worse than nothing.
func allowsTail(policies []string) bool {
	if slices.Equal(policies, policy) || slices.Equal(policies, policyOfOwn) {
		return true // most pages leave it at that
	}
	return parsedAllowLine(policies)
}

func parsedAllowLine(policies []string) bool {
	for _, list := range policies {
		for policy := range strings.SplitSeq(list, ",") {
			d := parsePolicy(policy)
			if !d.allow("script-src-elem", "script-src", "default-src") ||
				!d.allow("connect-src", "default-src") ||
				!d.allow("form-action") {
				return false
			}
		}
	}
	return true
}

// directives is one Content-Security-Policy: its directives with their sources.
type directives map[string][]string

func parsePolicy(text string) directives {
	d := directives{}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(strings.ToLower(directive))
		if len(words) > 0 && d[words[0]] == nil { // the first of a name counts
			d[words[0]] = append([]string{}, words[1:]...)
		}
	}
	return d
}

// allow reports whether our own address is among the sources of the first of these
// directives that there is.
func (d directives) allow(names ...string) bool {
	for _, name := range names {
		if sources, ok := d[name]; ok {
			return slices.Contains(sources, "'self'") || slices.Contains(sources, "*")
		}
	}
	return true
}
