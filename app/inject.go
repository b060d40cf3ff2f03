package app

import (
	"bytes"
	"cmp"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A pageEnd adds the line at the end of every page of HTML: the script that says
// goodbye in open tabs, what the owner should know and, where there is no tray,
// the bar.
type pageEnd struct {
	*program
	next http.Handler
	last atomic.Pointer[pageLine]
}

// A pageLine is the line as long as what it shows stays the same.
type pageLine struct {
	notices []string
	tray    bool
	items   []dibbler.TrayItem
	text    []byte
}

// The link and the script come after the page's own end, which browsers take as
// if it stood before it. So nothing of the page has to be searched or held back.
const scriptLine = `<link rel="stylesheet" href="/app.css"><script src="/app.js" data-name="{{.}}" async></script>` + "\n"

// lineTemplate is read apart from the others, because the first page needs it.
var lineTemplate = sync.OnceValue(func() *template.Template {
	line := template.Must(template.New("script").Parse(scriptLine))
	return template.Must(line.ParseFS(assets.Web, "web/bar.html"))
})

func (e *pageEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pw := &pageWriter{ResponseWriter: w, whole: isWholePage(r)}
	e.next.ServeHTTP(pw, r) // a page that panics gets no end, so that it is cut
	pw.sendHeld()
	e.served()
	if !pw.html || r.Method == http.MethodHead {
		return
	}
	line, err := e.line()
	if err != nil {
		slog.Error("line at the end of a page", "err", err)
		return
	}
	if _, err := w.Write(line); err != nil {
		slog.Debug("line at the end of a page not sent", "err", err)
	}
}

// line returns the line, which is seldom another than last time.
func (e *pageEnd) line() ([]byte, error) {
	notices, tray := e.notices(), e.trayShown()
	var items []dibbler.TrayItem
	if !tray {
		items = e.trayItems()
	}
	if last := e.last.Load(); last != nil && last.shows(notices, tray, items) {
		return last.text, nil
	}
	var text bytes.Buffer
	if err := lineTemplate().ExecuteTemplate(&text, "script", e.Name); err != nil {
		return nil, err
	}
	if err := lineTemplate().ExecuteTemplate(&text, "bar.html", struct {
		Name    string
		Notices []string
		Tray    bool
		Items   []dibbler.TrayItem
	}{e.Name, notices, tray, items}); err != nil {
		return nil, err
	}
	e.last.Store(&pageLine{notices, tray, items, text.Bytes()})
	return text.Bytes(), nil
}

// shows reports whether l is how the line is to look.
func (l *pageLine) shows(notices []string, tray bool, items []dibbler.TrayItem) bool {
	return slices.Equal(l.notices, notices) && l.tray == tray && slices.EqualFunc(l.items, items, func(a, b dibbler.TrayItem) bool {
		return a.Label == b.Label && a.Page == b.Page && (a.Do == nil) == (b.Do == nil)
	})
}

// isWholePage reports whether the answer to r may be a page of its own, and not
// a piece that a script puts into one.
func isWholePage(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest") // some clients do not tell
	return dest == "" || dest == "document"
}

// A pageWriter finds out whether the answer is a page that a line can be added
// to.
type pageWriter struct {
	http.ResponseWriter
	whole bool
	held  int // the status, until the type of the content is known; 0: none
	begun bool
	html  bool
}

func (w *pageWriter) WriteHeader(status int) {
	final := status >= 200 || status == http.StatusSwitchingProtocols
	if !final || w.begun || w.held != 0 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.held = status
	if w.Header().Get("Content-Type") != "" {
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
	if h.Get("Cache-Control") == "" { // http.ServeContent drops it from its errors
		h.Set("Cache-Control", "no-store")
	}
	if h.Get("Content-Type") == "" && content != nil && h.Get("Content-Encoding") == "" {
		h.Set("Content-Type", http.DetectContentType(content))
	}
	w.html = w.whole && isPage(cmp.Or(w.held, http.StatusOK), h) && allowsLine(h["Content-Security-Policy"])
	if w.html {
		h.Del("Content-Length")
		h.Del("Accept-Ranges")
	}
	if w.held != 0 {
		w.ResponseWriter.WriteHeader(w.held)
	}
}

// isPage reports whether an answer with this status and header is HTML that is
// shown, all of it.
func isPage(status int, h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	disposition, _, _ := strings.Cut(h.Get("Content-Disposition"), ";")
	hasBody := status >= 200 && status < 300 && status != http.StatusNoContent || status >= 400
	return hasBody && status != http.StatusPartialContent &&
		strings.EqualFold(strings.TrimSpace(kind), "text/html") &&
		h.Get("Content-Encoding") == "" &&
		!strings.EqualFold(strings.TrimSpace(disposition), "attachment")
}

// allowsLine reports whether pages under these policies may use what the line
// consists of. Half of it would be worse than nothing.
func allowsLine(policies []string) bool {
	if slices.Equal(policies, securityPolicy) {
		return true // most pages leave it at that
	}
	return allowLine(policies)
}

func allowLine(policies []string) bool {
	for _, list := range policies {
		for policy := range strings.SplitSeq(list, ",") {
			d := directives(policy)
			if !d.allow("script-src-elem", "script-src", "default-src") ||
				!d.allow("style-src-elem", "style-src", "default-src") ||
				!d.allow("connect-src", "default-src") ||
				!d.allow("form-action") {
				return false
			}
		}
	}
	return true
}

// policy is one Content-Security-Policy: its directives with their sources.
type policy map[string][]string

func directives(text string) policy {
	p := policy{}
	for directive := range strings.SplitSeq(text, ";") {
		words := strings.Fields(strings.ToLower(directive))
		if len(words) > 0 && p[words[0]] == nil { // the first of a name counts
			p[words[0]] = append([]string{}, words[1:]...)
		}
	}
	return p
}

// allow reports whether our own address is among the sources of the first of
// these directives that there is.
func (p policy) allow(names ...string) bool {
	for _, name := range names {
		if sources, ok := p[name]; ok {
			return slices.Contains(sources, "'self'") || slices.Contains(sources, "*")
		}
	}
	return true
}
