// Target is a tool to attack. It prints what reaches its pages. Its name and the lines
// of its tray would be scripts if a page did not escape them.
package main

import (
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

const name = `"'><script>alert(1)</script>&Target`

func main() {
	app.Main(app.App{Name: name, ID: "target", Plugins: []any{target{}}})
}

type target struct{}

// StartTool starts a job that runs until it is canceled.
func (t target) StartTool(_ context.Context, tool *app.Tool) error {
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{
			{Label: name, Do: func(context.Context) error {
				fmt.Println("reached item")
				return nil
			}},
			{Label: name, Page: `javascript:alert(1)//"><script>alert(1)</script>`},
		}}
	})
	job := tool.Go("Work", func(ctx context.Context, _ *app.Progress) error {
		select {
		case <-ctx.Done():
			fmt.Println("reached job")
		case <-dibbler.Stopping(ctx):
		}
		return context.Canceled
	})
	fmt.Println("job", job.Page())
	return errors.Join(tool.Landing("/landing"), tool.Handle("/any", t.OnAct))
}

// OnHome serves a page. If the query names a job, its script does what only the program's
// own pages may do.
func (target) OnHome(w *dibbler.Response, r *http.Request, form struct{ Job string }) error {
	fmt.Println("reached home", r.Method)
	return show(w, `<h1>Target</h1>
<form method="post" action="/act?own-form"></form>
<script>
(async () => {
	const job = new URLSearchParams(location.search).get("Job")
	if (!job) return
	await fetch("/act?own-get")
	for (const page of ["/act?own-post", "/app.pick", job])
		await fetch(page, {method: "POST", body: new URLSearchParams({field: "folder", kind: "folder"})})
	document.forms[0].submit()
})()
</script>`)
}

func show(w *dibbler.Response, body string) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Target</title>\n" + body)
	return err
}

// OnAct is the methlet that attackers want to reach.
func (target) OnAct(w http.ResponseWriter, r *http.Request) {
	fmt.Printf("reached act %s %q\n", r.Method, r.URL.RawQuery)
}

// OnLanding is a page that links on other sites may lead to.
func (target) OnLanding(w *dibbler.Response, r *http.Request) error {
	fmt.Printf("reached landing %s %q\n", r.Method, r.URL.RawQuery)
	return show(w, "<h1>Landing</h1>")
}

// OnFail fails with an error whose text the client has sent.
func (target) OnFail(w *dibbler.Response, r *http.Request, form struct {
	Text  string
	Panic bool
}) error {
	err := errors.New(form.Text)
	if form.Panic {
		panic(err)
	}
	return err
}

// OnForm takes values that can be malformed, and a file.
func (target) OnForm(w *dibbler.Response, r *http.Request, form struct {
	Count int
	Share float64
	Day   time.Time
	File  *multipart.FileHeader
}) error {
	return nil
}
