package web

import (
	"bytes"
	"net/http"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Failure is an error of the program for its owner: a title, the error, and the path of
// the log, which may be empty.
type Failure struct{ Title, Problem, Log string }

// NewFailure returns a server that shows f once, with the program's checks, and then
// ends. It uses the fields Name, Listeners, Filter and Refusals of c.
func NewFailure(f Failure, c Config) (*dibbler.Server, error) {
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, "failure.html", f); err != nil {
		return nil, err
	}
	s := &dibbler.Server{Listeners: c.Listeners, Wrap: func(next http.Handler) http.Handler {
		return c.originCheck(loopback.Port(c.Listeners), nil, next)
	}}
	return s, s.Register(c.Filter, failurePage(page.Bytes()))
}

// A failurePage is a plug-in that serves a page once and then ends the server.
type failurePage []byte

func (page failurePage) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	if _, err := w.Write(page); err != nil || r.Method == http.MethodHead {
		return err
	}
	return dibbler.ErrShutdown
}
