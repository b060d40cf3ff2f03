// Gallery is a tool that shows all that the style sheet /app.css has a look for:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// Its page, page.html beside this file, is there to be copied from.
package main

import (
	_ "embed"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed page.html
var page []byte

func main() {
	app.Main(app.App{Name: "Gallery", Plugins: []any{gallery{}}})
}

type gallery struct{}

func (gallery) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(page)
	return err
}
