// Slowtool is a tool that tells on standard output what reaches it, and that has
// a page which takes as long as the test wants: until there is a line on standard
// input.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/build/e2e/tool/stdin"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Slow Tool", Plugins: []any{tool{stdin.Lines()}}})
}

type tool struct{ lines <-chan struct{} }

func (tool) OnHome(w *dibbler.Response, r *http.Request) error {
	fmt.Println("home")
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Slow Tool</title>\n<h1>Slow Tool</h1>\n")
	return err
}

// OnAct is what others would like to reach.
func (tool) OnAct(w http.ResponseWriter, r *http.Request) {
	fmt.Println("reached", r.Method, r.URL.RawQuery)
}

// OnLanding is what others may lead the owner to.
func (t tool) OnLanding(w *dibbler.Response, r *http.Request) error {
	t.OnAct(w, r)
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Landed</title>\n<h1>Landed</h1>\n")
	return err
}

func (t tool) OnSlow(w *dibbler.Response, r *http.Request) error {
	fmt.Println("begun")
	select {
	case <-t.lines:
		_, err := w.WriteString("finished")
		return err
	case <-r.Context().Done():
		fmt.Println("given up")
		return r.Context().Err()
	}
}

//go:embed watch.html
var watch []byte

// OnWatch is a page that tells the test what the program's script says.
func (tool) OnWatch(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(watch)
	return err
}

// OnWindow is a page that may have a stream of the tool's own.
func (tool) OnWindow(w *dibbler.Response, r *http.Request, form struct {
	Stream bool `schema:"stream"`
}) error {
	w.WriteOKHeaders("text/html")
	page := "<!DOCTYPE html><title>Window</title><a href=/clicked>Click</a>"
	if form.Stream {
		page += "<script>new EventSource('/stream')</script>"
	}
	_, err := w.WriteString(page)
	return err
}

func (tool) OnClicked(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html><title>Clicked</title>")
	return err
}

func (tool) OnStream(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/event-stream")
	w.Flush()
	select {
	case <-dibbler.Stopping(r.Context()):
	case <-r.Context().Done():
	}
	return nil
}

func (t tool) StartTool(ctx context.Context, tool *app.Tool) error {
	if err := errors.Join(tool.Landing("/landing"), tool.Handle("/any", t.OnAct)); err != nil {
		return err
	}
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{{Label: "Greet", Do: func(context.Context) error {
			fmt.Println("greeted")
			return nil
		}}}}
	})
	return nil
}
