package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A chooser imports files that its owner chooses in the system's dialog.
type chooser struct{ tool *app.Tool }

func (c *chooser) StartTool(_ context.Context, tool *app.Tool) error {
	c.tool = tool
	return nil
}

// OnHome shows a button, and imports files when it is pressed.
func (c *chooser) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	if r.Method != http.MethodPost {
		_, err := w.WriteString(`<form method="post"><button>Import…</button></form>`)
		return err
	}
	files, err := c.tool.Pick(r.Context(), app.Pick{Title: "Choose calendars to import", Multiple: true, Types: []string{".ics"}})
	if errors.Is(err, app.ErrCanceled) {
		_, err = w.WriteString("Nothing was imported.")
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d calendars.", len(files))
	return err
}

func ExampleTool_Pick() {
	p := apptest.Start(t, app.App{Name: "Chooser", Plugins: []any{new(chooser)}})
	defer p.Stop()
	p.AnswerPick(filepath.Join(os.TempDir(), "holidays.ics"), filepath.Join(os.TempDir(), "team.ics"))
	fmt.Println(p.Get("/").Click("Import…").Text())
	p.CancelPick()
	fmt.Println(p.Get("/").Click("Import…").Text())
	fmt.Println(p.Picked()[0].Title)
	// Output:
	// 2 calendars.
	// Nothing was imported.
	// Choose calendars to import
}
