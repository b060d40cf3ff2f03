package dibbler

import (
	"bytes"
	"fmt"
	"io"
)

// Render writes the page that t makes of data by the template with this name: all of
// it, or, if the template fails, nothing. The methlet returns the error, which then
// becomes an error page. t is a *template.Template of html/template or text/template, or
// anything else with their method. It is executed before a byte of the page is written,
// however long the page is, so an answer that was only held before is still replaced by
// the error page.
//
// Where no content type is set, it is "text/html; charset=utf-8". Render sets no status:
// set another one than 200 before, with WriteHeader.
func (w *Response) Render(t interface {
	ExecuteTemplate(w io.Writer, name string, data any) error
}, name string, data any) error {
	b := heldPool.Get().(*[]byte)
	defer heldPool.Put(b)
	page := bytes.NewBuffer((*b)[:0])
	if err := t.ExecuteTemplate(page, name, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if h := w.Header(); len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{withCharset("text/html")}
	}
	_, err := w.Write(page.Bytes())
	return err
}
