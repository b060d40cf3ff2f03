package main

import (
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

func TestGreeter(t *testing.T) {
	p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{Greeter{}}})
	page := p.Get("/").Want("Hello, world!").Fill("Name", "<i>Ada</i>").Fill("Times", "2").Click("Greet")
	if got := page.Text(); strings.Count(got, "Hello, <i>Ada</i>!") != 2 {
		t.Errorf("the page says %q", got)
	}
	page = page.Fill("Times", "11").Click("Greet")
	if got := page.Error("Times"); got != "Choose 1 to 10." {
		t.Errorf("11 times: %q", got)
	}
	if got := page.Value("Times"); got != "11" {
		t.Errorf("the typed value is now %q", got)
	}
}
