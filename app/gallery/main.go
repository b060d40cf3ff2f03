// Gallery is a tool that shows all that the style sheet /app.css has a look for:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// Its page, page.html beside this file, is there to be copied from.
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
	cups atomic.Int32 // handlers run at the same time
}

// A pot is shown in the page's live region.
type pot struct {
	Cups int `json:"cups"`
}

// StartTool implements [app.Starter].
func (g *gallery) StartTool(_ context.Context, tool *app.Tool) error {
	g.tool = tool
	return tool.Handle("POST /cup", g.pour)
}

// pour shows one more cup on all open pages, which stay where they are.
func (g *gallery) pour(w *dibbler.Response, r *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return g.tool.Publish("pot", pot{int(g.cups.Add(1)) % 9})
}

func (*gallery) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(page)
	return err
}
