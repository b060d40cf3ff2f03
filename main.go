// Command dibbler shows the calendar of a year in the browser. It is a small
// tool to use, and the example of how to make one's own: a name, plug-ins, and
// package app, which does the rest.
package main

import (
	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
)

// version is a variable so that the linker can set another for a trial.
var version = "0.1.0"

func main() {
	app.Main(app.App{
		Name:    "Dibbler",
		ID:      "dibbler",
		Version: version,
		Plugins: []any{&calendar.Calendar{}},
	})
}
