// Command dibbler shows the calendar of a year in the browser. It is a small
// tool to use, and the example of how to make one's own: a name, plug-ins, and
// package app, which does the rest.
package main

import (
	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
)

// version is set when the program is packaged.
var version string

func main() {
	app.Main(app.App{
		Name:     "Dibbler",
		Version:  version,
		Plugins:  []any{&calendar.Calendar{}},
		SelfTest: calendar.SelfTest,
	})
}
