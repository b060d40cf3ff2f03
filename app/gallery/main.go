// Gallery is a tool that shows all elements that the style sheet /app.css supports:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// Copy from its page, which is page.html in this folder.
package main

import (
	"context"
	_ "embed"
	"net/http"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed page.html
var page []byte

func main() {
	app.Main(app.App{Name: "Gallery", Plugins: []any{&gallery{}}})
}

type gallery struct {
	tool *app.Tool
	cups atomic.Int32 // atomic because methlets run concurrently
}

// A pot is published to the page's live region.
type pot struct {
	Cups int `json:"cups"`
}

// StartTool implements [app.Starter].
func (g *gallery) StartTool(_ context.Context, tool *app.Tool) error {
	g.tool = tool
	return tool.Handle("POST /cup", g.pour)
}

// pour adds a cup on all open pages. The answer does not change the page.
func (g *gallery) pour(w *dibbler.Response, r *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return g.tool.Publish("pot", pot{int(g.cups.Add(1)) % 9})
}

func (*gallery) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(page)
	return err
}
