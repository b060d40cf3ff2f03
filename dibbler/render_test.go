package dibbler

import (
	"errors"
	"html/template"
	"io"
	"net/http"
	"strings"
	"testing"
	texttemplate "text/template"
)

// A renderer executes its function in place of a template.
type renderer func(w io.Writer, data any) error

func (f renderer) ExecuteTemplate(w io.Writer, name string, data any) error { return f(w, data) }

func TestRender(t *testing.T) {
	html := template.Must(template.New("").Parse(`{{define "page"}}<p>{{.}}</p>{{end}}{{define "broken"}}<p>{{.}}{{index . 100}}{{end}}`))
	text := texttemplate.Must(texttemplate.New("page").Parse("{{.}}"))
	long := renderer(func(w io.Writer, data any) error { _, err := w.Write(make([]byte, 2*maxBuffered)); return err })
	for name, test := range map[string]struct {
		render      func(w *Response) error
		status      int
		contentType string
		want        string
	}{
		"html": {func(w *Response) error { return w.Render(html, "page", "<b>") }, 200, "text/html; charset=utf-8", "<p>&lt;b&gt;</p>"},
		"text": {func(w *Response) error {
			w.Header().Set("Content-Type", "text/csv")
			return w.Render(text, "page", "<b>")
		}, 200, "text/csv", "<b>"},
		"after OK":      {func(w *Response) error { w.WriteOKHeaders("text/plain"); return w.Render(text, "page", "<b>") }, 200, "text/plain; charset=utf-8", "<b>"},
		"with a status": {func(w *Response) error { w.WriteHeader(201); return w.Render(html, "page", "x") }, 201, "text/html; charset=utf-8", "<p>x</p>"},
		"twice":         {func(w *Response) error { return errors.Join(w.Render(html, "page", "a"), w.Render(html, "page", "b")) }, 200, "text/html; charset=utf-8", "<p>a</p><p>b</p>"},
		"long":          {func(w *Response) error { return w.Render(long, "page", nil) }, 200, "text/html; charset=utf-8", strings.Repeat("\x00", 2*maxBuffered)},
		"nothing":       {func(w *Response) error { return w.Render(renderer(func(io.Writer, any) error { return nil }), "", nil) }, 200, "text/html; charset=utf-8", ""},
	} {
		rec := ask(register(t, methletPlugin{func(w *Response, r *http.Request) error { return test.render(w) }}), "GET", "/page")
		if rec.Code != test.status || rec.Header().Get("Content-Type") != test.contentType || rec.Body.String() != test.want {
			t.Errorf("%s: %d %s %.200q", name, rec.Code, rec.Header().Get("Content-Type"), rec.Body)
		}
	}
	half := renderer(func(w io.Writer, data any) error {
		w.Write(make([]byte, 2*maxBuffered))
		return errors.New("spilt")
	})
	for name, test := range map[string]struct {
		render func(w *Response) error
		want   string
	}{
		"half a page":      {func(w *Response) error { return w.Render(html, "broken", "half") }, "page broken: template: "},
		"half a long page": {func(w *Response) error { return w.Render(half, "half", nil) }, "page half: spilt"},
		"no such page":     {func(w *Response) error { return w.Render(html, "none", nil) }, "page none: html/template: &#34;none&#34; is undefined"},
		"after another": {func(w *Response) error {
			return errors.Join(w.Render(html, "page", "half"), w.Render(html, "broken", "half"))
		}, "page broken: template: "},
		"a panic": {func(w *Response) error {
			return w.Render(renderer(func(w io.Writer, _ any) error { io.WriteString(w, "half"); panic("spilt") }), "", nil)
		}, "panic: spilt"},
	} {
		rec := ask(register(t, methletPlugin{func(w *Response, r *http.Request) error { return test.render(w) }}), "GET", "/page")
		if rec.Code != 500 || !strings.HasPrefix(rec.Body.String(), "<!DOCTYPE") || strings.Contains(rec.Body.String(), "<p>half") || !strings.Contains(rec.Body.String(), test.want) {
			t.Errorf("%s: %d %.2000q", name, rec.Code, rec.Body)
		}
	}
}
