// Ticker is a tool that publishes what the test wants, and tells on standard output what
// its pages have seen.
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
	s := new(streams)
	app.Main(app.App{Name: "Ticker", Wrap: s.wrap, Plugins: []any{&ticker{streams: s}}})
}

type ticker struct {
	streams *streams
	tool    *app.Tool
}

//go:embed web
var web embed.FS

func (t *ticker) StartTool(_ context.Context, tool *app.Tool) error {
	t.tool = tool
	return tool.Handle("GET /web/", http.FileServerFS(web))
}

// OnPage shows a file of the folder web under a Content-Security-Policy. Browsers may
// keep it.
func (*ticker) OnPage(w *dibbler.Response, r *http.Request, form struct{ File, Policy string }) error {
	page, err := web.ReadFile("web/" + form.File + ".html")
	if err != nil {
		return err
	}
	if form.Policy != "" {
		w.Header().Set("Content-Security-Policy", form.Policy)
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteOKHeaders("text/html")
	_, err = w.Write(page)
	return err
}

// OnPublish publishes JSON.
func (t *ticker) OnPublish(_ *dibbler.Response, _ *http.Request, form struct{ Event, Data string }) error {
	return t.tool.Publish(form.Event, json.RawMessage(form.Data))
}

// OnFlood publishes numbers up to N as fast as it can.
func (t *ticker) OnFlood(_ *dibbler.Response, _ *http.Request, form struct{ N int }) error {
	for i := range form.N {
		if err := t.tool.Publish("tick", map[string]int{"left": i + 1}); err != nil {
			return err
		}
	}
	return nil
}

// OnSeen is told what a page has seen.
func (*ticker) OnSeen(_ *dibbler.Response, r *http.Request) error {
	seen, err := io.ReadAll(r.Body)
	fmt.Println("page " + string(seen))
	return err
}

// OnStreams names the pages that hold a connection for news.
func (t *ticker) OnStreams(w *dibbler.Response, _ *http.Request) error {
	_, err := io.WriteString(w, t.streams.String())
	return err
}

// streams are the pages that hold a connection for news.
type streams struct {
	mu    sync.Mutex
	pages []string
}

func (s *streams) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/app.events" {
			page, _ := url.Parse(r.Referer()) // nil has no query
			id := page.Query().Get("id")
			s.mu.Lock()
			s.pages = append(s.pages, id)
			s.mu.Unlock()
			defer func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				i := slices.Index(s.pages, id)
				s.pages = slices.Delete(s.pages, i, i+1)
			}()
		}
		next.ServeHTTP(w, r)
	})
}

func (s *streams) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.pages, " ")
}
