// Slowtool is a tool with a page that is finished by a line on standard input.
package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	lines := make(chan struct{})
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			lines <- struct{}{}
		}
	}()
	app.Main(app.App{Name: "Slow Tool", Plugins: []any{tool{lines}}})
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
		fmt.Println("canceled")
		return r.Context().Err()
	}
}
