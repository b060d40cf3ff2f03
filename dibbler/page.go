package dibbler

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
)

//go:embed page.html
var pageText string

// pageTemplate is read when there is something to say.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageText))
})

// A page is one of the framework's own: an error or the goodbye.
type page struct {
	Title   string
	Status  int // 0: not shown
	Reason  string
	Message string
	Home    bool // a link to the home page makes sense
	Chain   []string
	Stack   string
}

// errorPage returns the page for e. Its details are for the author, who is
// often its reader.
func errorPage(e *Error, details bool) page {
	p := page{
		Status:  e.status(),
		Reason:  http.StatusText(e.status()),
		Title:   titles[e.status()],
		Message: e.message(),
		Home:    e.status() != http.StatusUnauthorized,
	}
	if p.Title == "" {
		p.Title = "This did not work"
	}
	if !details || e.status() < 500 {
		return p
	}
	p.Chain = chain(e.Err)
	var panicked *panicError
	if errors.As(e.Err, &panicked) {
		p.Stack = string(panicked.stack)
	}
	return p
}

var titles = map[int]string{
	http.StatusBadRequest:            "This cannot be understood",
	http.StatusUnauthorized:          "Please log in",
	http.StatusForbidden:             "This is not allowed",
	http.StatusNotFound:              "There is no such page",
	http.StatusMethodNotAllowed:      "This page is not used that way",
	http.StatusRequestEntityTooLarge: "This is too much",
	http.StatusInternalServerError:   "Something went wrong",
}

// write sends p. The page needs nothing but its own style, so it is let have
// nothing else.
func (p page) write(w http.ResponseWriter, status int) error {
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, p); err != nil {
		return fmt.Errorf("page template: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// withCharset adds the charset that all our text has to a content type that
// says nothing more about itself.
func withCharset(contentType string) string {
	switch contentType { // without putting together what nearly all pages want
	case "text/html":
		return "text/html; charset=utf-8"
	case "text/plain":
		return "text/plain; charset=utf-8"
	}
	if !strings.HasPrefix(contentType, "text/") || strings.Contains(contentType, ";") {
		return contentType
	}
	return contentType + "; charset=utf-8"
}
