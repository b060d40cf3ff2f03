// Hammered is a tool with answers that clients can check. It prints the remote address of
// each connection that it accepts.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Hammered", Plugins: []any{tool{}}})
}

type tool struct{}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (tool) OnIncomingConnection(c net.Conn) bool {
	fmt.Println("accepted", c.RemoteAddr())
	return true
}

// OnPage answers with Text, as many times as Times says. It pauses half-way.
func (tool) OnPage(w *dibbler.Response, r *http.Request, form struct {
	Text  string
	Times int
	Pause time.Duration
}) error {
	w.WriteOKHeaders("text/plain")
	if form.Pause > 0 {
		if _, err := w.WriteString(form.Text); err != nil {
			return err
		}
		w.Flush()
		time.Sleep(form.Pause)
		form.Times--
	}
	_, err := w.WriteString(strings.Repeat(form.Text, form.Times))
	return err
}

// OnUpload answers with the body of the request.
func (tool) OnUpload(w *dibbler.Response, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}
