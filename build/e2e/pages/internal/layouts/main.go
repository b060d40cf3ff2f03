// Layouts is a tool with pages of many layouts, such as /page?layout=grid. With bare=1 a page
// has no bar.
package main

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

func main() {
	app.Main(app.App{Name: "Layouts", Plugins: []any{tool{}}})
}

type tool struct{}

func (tool) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html><title>Home</title><h1>Home</h1>")
	return err
}

func (tool) OnPage(w *dibbler.Response, r *http.Request, form struct {
	Layout string `schema:"layout"`
	Bare   bool   `schema:"bare"`
}) error {
	page, err := web.ReadFile("web/" + form.Layout + ".html")
	if err != nil {
		return &dibbler.Error{Status: http.StatusNotFound, Message: form.Layout}
	}
	header := w.Header()
	header.Set("X-Frame-Options", "SAMEORIGIN")
	policy := "frame-ancestors 'self'"
	if form.Layout == "strict" {
		policy += "; default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; require-trusted-types-for 'script'"
	}
	if form.Bare {
		policy += "; form-action 'none'" // the bar has forms
	}
	header.Set("Content-Security-Policy", policy)
	w.WriteOKHeaders("text/html")
	_, err = w.Write(page)
	return err
}

// OnStyleCss is for the page that may have no style of its own. It answers after the
// program's script has run.
func (tool) OnStyleCss(w http.ResponseWriter, r *http.Request) {
	time.Sleep(time.Second)
	w.Header().Set("Content-Type", "text/css")
	fmt.Fprint(w, "body { display: grid; height: 100vh; margin: 0; overflow: hidden; background: black; color: white }")
}

// OnPart returns the body that a script puts into the page.
func (tool) OnPart(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<p>Another body.</p>")
	return err
}

func (tool) StartTool(ctx context.Context, tool *app.Tool) error {
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{
			{Label: strings.Repeat("Long ", 12), Page: "/"},
			{Label: "Greet", Do: func(context.Context) error {
				fmt.Println("greeted")
				return nil
			}},
		}}
	})
	return nil
}
