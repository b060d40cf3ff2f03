package dibbler

import (
	"bytes"
	"fmt"
	"io"
)

// Render executes the template with this name with data, and writes its whole output. If
// the template fails, Render writes nothing and returns the error; a methlet that returns
// it gets an error page, however long the output is. t is a *template.Template of
// html/template or text/template, or another type with the same method.
//
// If no content type is set, Render sets "text/html; charset=utf-8". For a status other
// than 200, call WriteHeader first.
func (w *Response) Render(t interface {
	ExecuteTemplate(w io.Writer, name string, data any) error
}, name string, data any) error {
	b := bufferPool.Get().(*[]byte)
	page := bytes.NewBuffer((*b)[:0])
	defer func() {
		if page.Cap() <= 2*maxBuffered { // one long page among short ones is not kept
			*b = page.Bytes()[:0]
		}
		bufferPool.Put(b)
	}()
	if err := t.ExecuteTemplate(page, name, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if h := w.Header(); len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{withCharset("text/html")}
	}
	_, err := w.Write(page.Bytes())
	return err
}
