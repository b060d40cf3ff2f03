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

// A teapot is a plug-in with a job.
type teapot struct {
	tool *app.Tool
	step time.Duration // a hundredth of the time
}

func (t *teapot) StartTool(_ context.Context, tool *app.Tool) error {
	t.tool = tool
	return tool.Handle("POST /brew", t.start)
}

// start redirects the browser to the page of the job.
func (t *teapot) start(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, t.tool.Go("Brewing", t.brew).Page(), http.StatusSeeOther)
}

func (t *teapot) brew(ctx context.Context, p *app.Progress) error {
	for n := range int64(100) {
		p.Set(n, 100)
		select {
		case <-time.After(t.step):
		case <-dibbler.Stopping(ctx): // the program shuts down, and the tea takes too long
			return context.Canceled
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return p.Result("/tea")
}

func (t *teapot) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<form method="post" action="/brew"><button>Brew</button></form>`)
	return err
}

func (t *teapot) OnTea(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<p>The tea is ready.</p>")
	return err
}

func ExampleTool_Go() {
	p := apptest.Start(t, app.App{Name: "Teapot", Plugins: []any{&teapot{step: time.Millisecond}}})
	defer p.Stop()
	page := p.Get("/").Click("Brew")
	p.WaitFor("the tea is ready", func() bool { return p.Get(page.Path).Path == "/tea" })
	fmt.Println(p.Get(page.Path).Text())
	// Output:
	// The tea is ready.
}
