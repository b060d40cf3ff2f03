package app

import (
	"bytes"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A pageEnd adds the line at the end of every page of HTML: the script that says
// goodbye in open tabs and, where there is no tray, the bar.
type pageEnd struct {
	*program
	next http.Handler
}

// The link and the script come after the page's own end, which browsers take as
// if it stood before it. So nothing of the page has to be searched or held back.
var scriptLine = template.Must(template.New("script").Parse(
	`<link rel="stylesheet" href="/app.css"><script src="/app.js" data-name="{{.}}" async></script>` + "\n"))

func (e pageEnd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pw := &pageWriter{ResponseWriter: w}
	e.next.ServeHTTP(pw, r)
	e.served()
	if !pw.html || r.Method == http.MethodHead {
		return
	}
	var line bytes.Buffer
	err := scriptLine.Execute(&line, e.Name)
	if err == nil && !e.trayShown() {
		err = templates.ExecuteTemplate(&line, "bar.html", struct {
			Name    string
			Notices []string
			Items   []dibbler.TrayItem
		}{e.Name, e.notices, e.trayItems()})
	}
	if err != nil {
		slog.Error("line at the end of a page", "err", err)
		return
	}
	if _, err := w.Write(line.Bytes()); err != nil {
		slog.Debug("line at the end of a page not sent", "err", err)
	}
}

// A pageWriter finds out whether the answer is a page that a line can be added
// to.
type pageWriter struct {
	http.ResponseWriter
	begun bool
	html  bool
}

func (w *pageWriter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begin(status, nil)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *pageWriter) Write(p []byte) (int, error) {
	w.begin(http.StatusOK, p)
	return w.ResponseWriter.Write(p)
}

func (w *pageWriter) WriteString(s string) (int, error) {
	if !w.begun {
		return w.Write([]byte(s))
	}
	return io.WriteString(w.ResponseWriter, s)
}

// ReadFrom lets the system send files that are no pages by itself.
func (w *pageWriter) ReadFrom(r io.Reader) (int64, error) {
	if !w.begun {
		return io.Copy(struct{ io.Writer }{w}, r)
	}
	return io.Copy(w.ResponseWriter, r)
}

// Unwrap is for [http.ResponseController].
func (w *pageWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin looks at the header, once. content is the first of the body, or nil if
// that is not known.
func (w *pageWriter) begin(status int, content []byte) {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	kind := h.Get("Content-Type")
	if kind == "" && content != nil && h.Get("Content-Encoding") == "" {
		kind = http.DetectContentType(content)
		h.Set("Content-Type", kind)
	}
	w.html = strings.HasPrefix(kind, "text/html") && h.Get("Content-Encoding") == "" && h.Get("Content-Range") == "" &&
		status != http.StatusNoContent && status != http.StatusNotModified && status != http.StatusSwitchingProtocols &&
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment")
	if w.html {
		h.Del("Content-Length")
	}
}
