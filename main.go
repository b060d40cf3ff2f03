// Command dibbler shows the calendar of a year in the browser. It is a small
// tool to use, and the example of how to make one's own: a name, plug-ins, and
// package app, which does the rest.
package main

import (
	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/assets/about"
)

// version is a variable so that the linker can set another for a trial.
var version = about.Version

func main() {
	app.Main(app.App{
		Name:     about.Name,
		ID:       about.ID,
		Version:  version,
		Plugins:  []any{&calendar.Calendar{}},
		SelfTest: calendar.SelfTest,
	})
}
