// Teatool is a tool that opens files with the extension .tea and addresses with the scheme
// tea. It prints the arguments of its launches.
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{
		Name:    "Tea Tool",
		Opens:   []app.Opens{{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"}, {Scheme: "tea"}},
		Plugins: []any{tool{}},
	})
}

type tool struct{}

func (tool) StartTool(_ context.Context, t *app.Tool) error {
	return t.OnLaunch(func(_ context.Context, args []string, dir string) (string, error) {
		fmt.Printf("launched with %q\n", args)
		return "/brew?" + url.Values{"what": args}.Encode(), nil
	})
}

func (tool) OnBrew(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("tea")
	return err
}
