// Slowtool is a tool with a page that never finishes.
package main

import (
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Slow Tool", Plugins: []any{tool{}}})
}

type tool struct{}

func (tool) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Slow Tool</title>\n<h1>Slow Tool</h1>\n")
	return err
}

func (tool) OnSlow(w *dibbler.Response, r *http.Request) error {
	fmt.Println("begun")
	<-r.Context().Done()
	fmt.Println("given up")
	return r.Context().Err()
}
