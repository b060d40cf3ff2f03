package app_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A timer tells its owner when the tea has drawn.
type timer struct{ draw time.Duration }

func (t *timer) StartTool(_ context.Context, tool *app.Tool) error {
	return tool.Add(&dibbler.Task{Name: "timer", Run: func(ctx context.Context) error {
		select {
		case <-time.After(t.draw):
			return tool.Notify(app.Notice{Title: "The tea is ready", Text: "It has drawn for three minutes.", Page: "/tea"})
		case <-ctx.Done():
			return nil
		}
	}})
}

func (t *timer) OnTea(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("Enjoy it.")
	return err
}

func ExampleTool_Notify() {
	p := apptest.Start(t, app.App{Name: "Tea Timer", Plugins: []any{&timer{draw: time.Millisecond}}})
	defer p.Stop()
	p.WaitFor("the notice", func() bool { return len(p.Notices()) > 0 })
	fmt.Println(p.Notices()[0].Text)
	p.ClickNotice("The tea is ready")
	fmt.Println(p.Opened()[1])
	// Output:
	// It has drawn for three minutes.
	// /tea
}
