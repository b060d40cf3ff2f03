package main

import (
	"embed"
	"net/http"
	"slices"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

// Greeter is a plug-in: its methods whose names begin with On serve pages.
type Greeter struct{}

// A greeting is what the form sends.
type greeting struct {
	Name  string `schema:"name" default:"world"`
	Times int    `schema:"times" default:"1"`
}

// OnHome serves /, the page that opens at the start. With a bad value the form comes
// back with what was typed, and the error beside the field.
func (Greeter) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[greeting]) error {
	form, errs := in.Value()
	if form.Times < 1 || form.Times > 10 {
		errs.Add("times", "Choose 1 to 10.")
	}
	page := home{Input: in}
	if !errs.Any() {
		page.Greetings = slices.Repeat([]string{"Hello, " + form.Name + "!"}, form.Times)
	}
	return w.Render(pages, "home.html", page)
}

// A home is what the page shows.
type home struct {
	dibbler.Input[greeting]
	Greetings []string
}
