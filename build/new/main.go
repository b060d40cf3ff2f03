// A tool made with Dibbler: its page greets whoever is named in the form.
package main

import (
	_ "embed"
	"html/template"
	"net/http"

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

// OnHome serves /, the page that opens at the start.
func (Greeter) OnHome(w *dibbler.Response, r *http.Request, form greeting) error {
	if form.Times < 1 || form.Times > 10 {
		return &dibbler.Error{Status: http.StatusBadRequest, Message: "times: want 1 to 10."}
	}
	w.WriteOKHeaders("text/html")
	return page.Execute(w, form)
}

// page writes what it is given so that nothing of it is taken for HTML.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Greetings</title>
<link rel="stylesheet" href="/app.css">
<main>
{{range .Times}}<h1>Hello, {{$.Name}}!</h1>
{{end}}<form>
<p><label>Name <input name="name" value="{{.Name}}" required></label></p>
<p><label>Times <input name="times" value="{{.Times}}" type="number" min="1" max="10" required></label></p>
<p><button class="primary">Greet</button></p>
</form>
</main>
</html>
`))
