package apptest_test

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Greeter is a plug-in that greets people.
type Greeter struct{ greeted atomic.Int32 }

type greeting struct {
	Name  string `schema:"name"`
	Times int    `schema:"times" default:"1"`
}

var pages = template.Must(template.New("greeter").Parse(`<!DOCTYPE html>
<title>Greeter</title>
{{if not .Sent}}<p>Whom shall I greet?</p>{{end}}
<form method="post">
<p><label>Name <input name="name" value="{{.Typed "name"}}"></label></p>
<p><label for="times">Times</label> <input id="times" type="number" name="times" value="{{.Typed "times"}}"{{.ErrorAttrs "times"}}>{{.ErrorNote "times"}}</p>
<button>Greet</button>
</form>
`))

func (g *Greeter) OnHome(w *dibbler.Response, r *http.Request, in dibbler.Input[greeting]) error {
	form, errs := in.Value()
	if form.Times < 1 || form.Times > 3 {
		errs.Add("times", "Choose 1 to 3.")
	}
	if r.Method != http.MethodPost || errs.Any() {
		return w.Render(pages, "greeter", in)
	}
	g.greeted.Add(1)
	_, err := w.WriteString(strings.Repeat("Hello, "+form.Name+"!\n", form.Times))
	return err
}

func (g *Greeter) StartTool(_ context.Context, tool *app.Tool) error {
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{
			Items: []app.TrayItem{
				{Label: "Greet", Page: "/"},
				{Label: "Forget", Do: func(context.Context) error { g.greeted.Store(0); return nil }},
			},
			Tooltip: []string{fmt.Sprintf("%d greeted", g.greeted.Load())},
		}
	})
	return nil
}

// In a test function, pass its t; Stop is then called when the test ends.
func Example() {
	p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{&Greeter{}}})
	defer p.Stop()
	page := p.Get("/").Fill("Name", "Ada").Fill("Times", "9").Click("Greet")
	fmt.Println(page.Status, page.Error("Times"))
	page = page.Fill("Times", "2").Click("Greet")
	fmt.Print(page.Text())
	p.Choose("Greet")
	fmt.Println(p.Opened())
	// Output:
	// 422 Choose 1 to 3.
	// Hello, Ada!
	// Hello, Ada!
	// [/ /]
}
