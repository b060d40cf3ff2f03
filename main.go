// Command dibbler shows the calendar of a year in the browser. It is a small
// tool to use, and the example of how to make one's own: a name, plug-ins, and
// package app, which does the rest.
package main

import (
	"context"
	"fmt"
	"io"
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
func selfTest(ctx context.Context, url string, say func(format string, args ...any)) error {
	if err := try(ctx, say, http.MethodGet, url+"?year=2003", "January"); err != nil {
		return err
	}
	return try(ctx, say, http.MethodPost, url+"shutdown", "Goodbye")
}

// try asks for the page at url and looks for want in it.
func try(ctx context.Context, say func(format string, args ...any), method, url, want string) error {
	say("%s %s", method, url)
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
		return fmt.Errorf("%s %s: answered %s, and %q is not in it", method, url, resp.Status, want)
	}
	say("  has %q", want)
	return nil
}
