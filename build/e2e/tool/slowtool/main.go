// Slowtool is a tool that has a page which takes as long as the test wants: until there
// is a line on standard input.
package main

import (
	_ "embed"
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/build/e2e/tool/stdin"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Slow Tool", Plugins: []any{tool{stdin.Lines()}}})
}

type tool struct{ lines <-chan struct{} }

func (tool) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Slow Tool</title>\n<h1>Slow Tool</h1>\n")
	return err
}

func (t tool) OnSlow(w *dibbler.Response, r *http.Request) error {
	fmt.Println("begun")
	select {
	case <-t.lines:
		_, err := w.WriteString("finished")
		return err
	case <-r.Context().Done():
		fmt.Println("given up")
		return r.Context().Err()
	}
}
