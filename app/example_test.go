package app_test

import (
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

type Greeter struct{}

type greeting struct {
	Name string `schema:"name" default:"world"`
}

func (Greeter) OnHome(w *dibbler.Response, r *http.Request, form greeting) error {
	_, err := fmt.Fprintf(w, "Hello, %s!", form.Name)
	return err
}

func Example() {
	p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{Greeter{}}})
	defer p.Stop()
	fmt.Println(p.Get("/").Text())
	fmt.Println(p.Get("/?name=Ada").Text())
	// Output:
	// Hello, world!
	// Hello, Ada!
}
