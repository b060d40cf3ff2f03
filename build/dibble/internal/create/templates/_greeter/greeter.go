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

// Greeter is a plug-in. Its methods whose names begin with On serve pages.
type Greeter struct{}

// A greeting has the values of the form.
type greeting struct {
	Name  string `schema:"name" default:"world"`
	Times int    `schema:"times" default:"1"`
}

// OnHome serves /, the page that opens when the tool starts. If a value is bad, it shows
// the form again, with the typed values and the error beside the field.
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

// A home is the data of the page.
type home struct {
	dibbler.Input[greeting]
	Greetings []string
}
