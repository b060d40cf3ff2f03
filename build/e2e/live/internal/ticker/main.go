// Ticker is a tool that publishes events for the test, and prints what its pages show.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	t := new(ticker)
	app.Main(app.App{Name: "Ticker", Wrap: t.wrap, Plugins: []any{t}})
}

type ticker struct {
	tool *app.Tool

	mu      sync.Mutex
	streams []string // the pages with a connection for events
}

//go:embed web
var web embed.FS

func (t *ticker) StartTool(_ context.Context, tool *app.Tool) error {
	t.tool = tool
	return tool.Handle("GET /web/", http.FileServerFS(web))
}

// OnPage shows live.html under a Content-Security-Policy.
func (*ticker) OnPage(w *dibbler.Response, r *http.Request, form struct{ Policy string }) error {
	if form.Policy != "" {
		w.Header().Set("Content-Security-Policy", form.Policy)
	}
	http.ServeFileFS(w, r, web, "web/live.html")
	return nil
}

func (t *ticker) OnPublish(_ *dibbler.Response, _ *http.Request, form struct{ Event, Data string }) error {
	return t.tool.Publish(form.Event, json.RawMessage(form.Data))
}

// OnReport prints the report of a page.
func (*ticker) OnReport(_ *dibbler.Response, r *http.Request) error {
	report, err := io.ReadAll(r.Body)
	fmt.Println("page " + string(report))
	return err
}

// OnStreams names the pages with a connection for events.
func (t *ticker) OnStreams(w *dibbler.Response, _ *http.Request) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := io.WriteString(w, strings.Join(t.streams, " "))
	return err
}

func (t *ticker) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/app.events" {
			page, _ := url.Parse(r.Referer()) // nil has no query
			id := page.Query().Get("id")
			t.mu.Lock()
			t.streams = append(t.streams, id)
			t.mu.Unlock()
			defer func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				i := slices.Index(t.streams, id)
				t.streams = slices.Delete(t.streams, i, i+1)
			}()
		}
		next.ServeHTTP(w, r)
	})
}
