// Target is a tool to attack. It tells on standard output what reaches its pages,
// and all that it says about itself is hostile to the pages that show it.
package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

// name would be a script on every page that shows it as it is.
const name = `"'><script>alert(1)</script>&Target`

func main() {
	app.Main(app.App{Name: name, ID: "target", Plugins: []any{target{}, new(worker)}})
}

type target struct{}

// A worker has a job that runs until it is canceled.
type worker struct{ tool *app.Tool }

func (w *worker) StartTool(_ context.Context, tool *app.Tool) error {
	w.tool = tool
	return nil
}

// OnWork starts the job.
func (w *worker) OnWork(_ http.ResponseWriter, _ *http.Request) {
	job := w.tool.Go("Work", func(ctx context.Context, _ *app.Progress) error {
		select {
		case <-ctx.Done():
			fmt.Println("reached job")
		case <-dibbler.Stopping(ctx):
		}
		return context.Canceled
	})
	fmt.Println("job", job.Page())
}

func (target) OnHome(w *dibbler.Response, r *http.Request) error {
	fmt.Println("reached home", r.Method)
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Target</title>\n<h1>Target</h1>\n")
	return err
}

// OnAct is what others would like to reach.
func (target) OnAct(w http.ResponseWriter, r *http.Request) {
	fmt.Printf("reached act %s %q\n", r.Method, r.URL.RawQuery)
}

// OnLanding is what others may lead the owner to.
func (target) OnLanding(w http.ResponseWriter, r *http.Request) {
	fmt.Printf("reached landing %s %q\n", r.Method, r.URL.RawQuery)
}

// OnOwn does what the program's own pages may do.
func (target) OnOwn(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<!DOCTYPE html>
<form id="form" method="post" action="/act?own.form"></form>
<script>
(async () => {
	await fetch("/act?own.get");
	await fetch("/act?own.post", {method: "POST", body: new URLSearchParams({a: 1})});
	document.querySelector("#form").submit();
})();
</script>
`)
	return err
}

// OnShow shows to the client what the client has said.
func (target) OnShow(w *dibbler.Response, r *http.Request, form struct {
	Text string `schema:"text"`
}) error {
	w.WriteOKHeaders("text/html")
	_, err := fmt.Fprintf(w, "<!DOCTYPE html>\n<title>Show</title>\n<p>%s\n", html.EscapeString(form.Text))
	return err
}

// OnFail fails with what the client has said.
func (target) OnFail(w *dibbler.Response, r *http.Request, form struct {
	Text  string `schema:"text"`
	Panic bool   `schema:"panic"`
}) error {
	err := errors.New(form.Text)
	if form.Panic {
		panic(err)
	}
	return err
}

// OnUpload tells what came as a file.
func (target) OnUpload(w *dibbler.Response, r *http.Request, form struct {
	Text string                `schema:"text"`
	File *multipart.FileHeader `schema:"file,required"`
}) error {
	f, err := form.File.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(io.Discard, f)
	fmt.Printf("reached upload %q said %d read %d %s\n", form.File.Filename, form.File.Size, n, state(err))
	return err
}

func state(err error) string {
	if err != nil {
		return "broken"
	}
	return "whole"
}

type item struct {
	Name  string `schema:"name"`
	Items []struct {
		Text  string `schema:"text"`
		Items []struct {
			Big [64]byte `schema:"-"`
			N   int      `schema:"n"`
		} `schema:"items"`
	} `schema:"items"`
}

// OnForm takes a form with one of everything.
func (target) OnForm(w *dibbler.Response, r *http.Request, form struct {
	Count int           `schema:"count"`
	Share float64       `schema:"share"`
	Yes   bool          `schema:"yes"`
	Day   time.Time     `schema:"day"`
	Pause time.Duration `schema:"pause"`
	Names []string      `schema:"names"`
	Items []item        `schema:"items"`
}) error {
	fmt.Println("reached form")
	_, err := w.WriteString("bound")
	return err
}

// StartTool adds lines to the tray that are as hostile as the name.
func (t target) StartTool(ctx context.Context, tool *app.Tool) error {
	if err := errors.Join(tool.Landing("/landing"), tool.Handle("/any", t.OnAct)); err != nil {
		return err
	}
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{
			{Label: name, Do: func(context.Context) error {
				fmt.Println("reached item")
				return nil
			}},
			{Label: name, Page: `javascript:alert(1)//"><script>alert(1)</script>`},
		}}
	})
	return nil
}
