// Chooser is a tool that asks its owner for files, and prints their paths.
package main

import (
	"context"
	"embed"
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() { app.Main(app.App{Name: "Chooser", Plugins: []any{new(chooser)}}) }

type chooser struct{ tool *app.Tool }

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

func (c *chooser) StartTool(_ context.Context, tool *app.Tool) error {
	c.tool = tool
	return nil
}

type fields struct {
	Folder string `schema:"folder,required"`
	File   string `schema:"file"`
	Save   string `schema:"save"`
}

// OnHome shows fields for paths.
func (c *chooser) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[fields]) error {
	form, errs := in.Value()
	folder := c.tool.Path(errs, "folder", form.Folder, app.FolderPath)
	file := c.tool.Path(errs, "file", form.File, app.FilePath)
	save := c.tool.Path(errs, "save", form.Save, app.SavePath)
	if in.Sent() && !errs.Any() {
		fmt.Printf("sent %q %q %q\n", folder, file, save)
	}
	return w.Render(pages, "home.html", in)
}

// OnPick asks for files.
func (c *chooser) OnPick(w *dibbler.Response, r *http.Request, p struct {
	Title                  string
	Folder, Save, Multiple bool
	Types                  []string
	Name                   string
	Dir                    string
}) error {
	fmt.Println("asking")
	chosen, err := c.tool.Pick(r.Context(), app.Pick(p))
	fmt.Printf("chosen %q, %v\n", chosen, err)
	return nil
}
