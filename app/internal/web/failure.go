package web

import (
	"bytes"
	"net/http"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Failure tells the owner that the program has failed: what has happened, the
// problem, and the path of the log, if that has more.
type Failure struct{ Title, Problem, Log string }

// NewFailure returns a server that shows f once, behind the program's checks, and then
// ends. Of c it needs Name, Listeners, Filter and Refusals.
func NewFailure(f Failure, c Config) (*dibbler.Server, error) {
	var page bytes.Buffer
	if err := templates().ExecuteTemplate(&page, "failure.html", f); err != nil {
		return nil, err
	}
	s := &dibbler.Server{Listeners: c.Listeners, Wrap: func(next http.Handler) http.Handler {
		return newOriginCheck(originConfig{Name: c.Name, Port: loopback.Port(c.Listeners), Refusals: c.Refusals}, next)
	}}
	return s, s.Register(c.Filter, failurePage(page.Bytes()))
}

// A failurePage is the plug-in that serves a page once, and ends.
type failurePage []byte

func (page failurePage) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	if _, err := w.Write(page); err != nil {
		return err
	}
	return dibbler.ErrShutdown
}
