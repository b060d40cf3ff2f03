// Command dibbler shows the calendar of a year in the browser, and keeps notes of its
// days. It is a small tool, and an example for your own: a name, plug-ins, and package
// app for the rest.
package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/app/notes"
)

// version is a variable so that tests can set another with the linker.
var version = "0.1.0"

func main() {
	diary := new(notes.Notes)
	app.Main(app.App{
		Name:    "Dibbler",
		ID:      "dibbler",
		Version: version,
		About: app.About{
			Publisher: "The Dibbler authors <dibbler-app@users.noreply.github.com>",
			Summary:   "Show the calendar of a year in the browser, and keep notes of its days",
			Description: "Shows any year from 1 to 9999, with weeks that begin on the day you like, as a page or as plain text. " +
				"Keeps notes of its days, once or every year, in a file that any calendar program can read. " +
				"Imports holidays, birthdays and appointments from calendar files (.ics). " +
				"It is a small program that lives in the tray, opens in your browser, answers only you, and needs no network. " +
				"To end it, choose Shutdown in its menu.",
			Homepage:   "https://dibbler-app.github.io/",
			License:    "BSD-3-Clause",
			Package:    "dibbler-calendar", // distributions have another dibbler, a DHCPv6 server
			Categories: []string{"Office", "Calendar"},
			Keywords:   []string{"calendar", "year", "month", "week", "notes", "birthdays", "ics"},
		},
		Opens:    []app.Opens{{Ext: ".ics", MIME: "text/calendar", Title: "Calendar file"}},
		Accent:   "#a8321f", // as on the page of a year
		Plugins:  []any{&calendar.Calendar{Diary: diary}, diary},
		SelfTest: selfTest,
	})
}

// selfTest finds January on the page of 2003, shuts down, and finds the goodbye page.
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
			return fmt.Errorf("the answer to %s %s does not contain %q", p.method, p.page, p.want)
		}
	}
	return nil
}
