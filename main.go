// Command dibbler shows the calendar of a year in the browser. It is a small
// tool to use, and the example of how to make one's own: a name, plug-ins, and
// package app, which does the rest.
package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
)

// version is a variable so that the linker can set another for a trial.
var version = "0.1.0"

func main() {
	app.Main(app.App{
		Name:     "Dibbler",
		ID:       "dibbler",
		Version:  version,
		Plugins:  []any{&calendar.Calendar{}},
		SelfTest: selfTest,
	})
}

// selfTest looks for January in the year 2003, asks for the end, and looks for the
// goodbye.
func selfTest(_ context.Context, _ string, fetch func(method, page string) (string, error)) error {
	for _, p := range []struct{ method, page, want string }{
		{http.MethodGet, "?year=2003", "January"},
		{http.MethodPost, "shutdown", "Goodbye"},
	} {
		text, err := fetch(p.method, p.page)
		if err != nil {
			return err
		}
		if !strings.Contains(text, p.want) {
			return fmt.Errorf("%q is not in the answer to %s %s", p.want, p.method, p.page)
		}
	}
	return nil
}
