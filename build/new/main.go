// A tool made with Dibbler: its page greets whoever is named in the form.
package main

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

//go:embed icon.png
var icon []byte

func main() {
	app.Main(app.App{
		Name:    "Greeter",
		Icon:    tray.Icon{PNG: icon},
		Plugins: []any{Greeter{}},
	})
}

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
	return w.Render(templates, "home", page)
}

// A home is what the template shows.
type home struct {
	dibbler.Input[greeting]
	Greetings []string
}

// templates write what they are given so that nothing of it is taken for HTML.
var templates = template.Must(template.New("home").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Greetings</title>
<link rel="stylesheet" href="/app.css">
<main>
{{range .Greetings}}<h1>{{.}}</h1>
{{else}}<h1>Whom shall I greet?</h1>
{{end}}<form>
<p><label>Name <input name="name" value="{{.Typed "name"}}" required></label></p>
<p><label>Times <input name="times" value="{{.Typed "times"}}" type="number" min="1" max="10" required{{.ErrorAttrs "times"}}></label>
{{.ErrorNote "times"}}</p>
<p><button class="primary">Greet</button></p>
</form>
</main>
</html>
`))
