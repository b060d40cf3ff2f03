package dibbler

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

//go:embed page.html
var pageText string

// pageTemplate parses the template when it is first needed.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageText))
})

// A page is an error page or the goodbye page. As JSON it is a problem details object
// (RFC 9457).
type page struct {
	Title   string     `json:"title"`
	Status  int        `json:"status,omitempty"` // 0 on the goodbye page
	Message string     `json:"detail,omitempty"`
	Fields  []badField `json:"errors,omitempty"`
	Causes  []string   `json:"causes,omitempty"`
	Stack   string     `json:"stack,omitempty"`
	Home    bool       `json:"-"` // with a link to the home page
}

// A badField is a field of a form with a bad value.
type badField struct {
	Name    string `json:"name"`
	Value   string `json:"value,omitempty"`
	Problem string `json:"detail"`
}

// errorPage returns the page for e. details adds the causes and the stack, for the author
// of the program.
func errorPage(e *Error, details bool) page {
	p := page{
		Status:  e.status(),
		Title:   titles[e.status()],
		Message: e.Message,
		Home:    e.status() != http.StatusUnauthorized,
	}
	if p.Title == "" {
		p.Title = "This did not work"
	}
	if p.Message == "" {
		p.Message = messages[e.status()]
	}
	var fields form.FieldErrors
	if e.status() == http.StatusBadRequest && errors.As(e.Err, &fields) {
		for _, f := range fields {
			p.Fields = append(p.Fields, badField(f))
		}
	}
	if !details || e.status() < 500 {
		return p
	}
	p.Causes = causes(e.Err)
	var panicked *panicError
	if errors.As(e.Err, &panicked) {
		p.Stack = panicked.stack
	}
	return p
}

var titles = map[int]string{
	http.StatusBadRequest:                  "Please check what you entered",
	http.StatusUnauthorized:                "Please log in",
	http.StatusForbidden:                   "This is not allowed",
	http.StatusNotFound:                    "Page not found",
	http.StatusMethodNotAllowed:            "This address cannot be opened like this",
	http.StatusRequestEntityTooLarge:       "This is too large",
	http.StatusRequestHeaderFieldsTooLarge: "The browser sent too much",
	http.StatusUnsupportedMediaType:        "This page takes a form",
	http.StatusInternalServerError:         "Something went wrong",
	http.StatusServiceUnavailable:          "Please try again later",
}

// messages are for errors without a message.
var messages = map[int]string{
	http.StatusUnauthorized:        "This page asks for a name and a password.",
	http.StatusNotFound:            "Check the address, or start from the home page.",
	http.StatusInternalServerError: "The program could not make this page. Go back and try again. If it happens again, send the author of the program the details below, or those in the program's log.",
}

// writeHTML sends p as HTML. The page needs only its own style sheet, so the policy allows
// nothing else.
func (p page) writeHTML(w http.ResponseWriter, status int) error {
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, p); err != nil {
		return fmt.Errorf("page template: %w", err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return p.write(w, status, "text/html; charset=utf-8", b.Bytes())
}

// writeJSON sends p as JSON.
func (p page) writeJSON(w http.ResponseWriter, status int) error {
	b, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	return p.write(w, status, "application/problem+json", append(b, '\n'))
}

func (p page) write(w http.ResponseWriter, status int, contentType string, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, err := w.Write(content)
	return err
}
