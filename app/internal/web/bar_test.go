package web

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

// A doer is a plug-in with menu items.
type doer struct {
	plain
	mu    sync.Mutex
	items []desk.Item
}

func (d *doer) info() desk.Info {
	d.mu.Lock()
	defer d.mu.Unlock()
	return desk.Info{Items: d.items}
}

func (d *doer) set(items ...desk.Item) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items = items
}

func TestBarItems(t *testing.T) {
	done := make(chan struct{}, 10)
	p := serve(t, sender{}, &doer{items: []desk.Item{
		{Label: "To <page>", Page: "/?a=1&b=2"},
		{Label: "Do", Do: func(context.Context) error { done <- struct{}{}; return nil }},
		{Label: "Fail", Do: func(context.Context) error { return fmt.Errorf("no luck") }},
		{Label: "Panic", Do: func(context.Context) error { panic("oh") }},
		{Label: "Nothing"},
	}})
	page := p.page(t, "/file").body
	if !strings.Contains(page, `<a href="/?a=1&amp;b=2" target="_top">To &lt;page&gt;</a>`) || !strings.Contains(page, `name="n" value="1"><input type="hidden" name="label" value="Do"><input type="hidden" name="page" value="/"><button>Do</button>`) {
		t.Errorf("%s", page)
	}
	for form, want := range map[string]int{
		"n=1&label=Do": 303, "n=2&label=Fail": 500, "n=3&label=Panic": 500,
		"n=0&label=To+%3Cpage%3E": 404, "n=4&label=Nothing": 404, "n=5&label=Do": 404, "n=-1&label=Do": 404,
		"n=1": 404, "n=1&label=Fail": 404, "n=2&label=Do": 404, // not the item that was shown
		"n=x": 400, "": 400,
	} {
		if got := p.submit(t, "/app.item", form); got.StatusCode != want {
			t.Errorf("%q: %s", form, got.Status)
		}
	}
	<-done
	if got := p.page(t, "/app.item?n=1"); got.StatusCode != notAllowed || len(done) > 0 {
		t.Errorf("GET: %s, done %d times", got.Status, len(done))
	}
}

// TestBarOnOwnPages: the program's own pages have a menu, and no bar.
func TestBarOnOwnPages(t *testing.T) {
	s := serve(t, plain{})
	for _, page := range []string{"/app.settings", "/app.log", "/app.shutdown"} {
		body := s.page(t, page).body
		if !strings.Contains(body, script().url) || strings.Contains(body, "dibbler-bar") || strings.Count(body, `href="/app.log"`) != 1 {
			t.Errorf("%s: %s", page, body)
		}
	}
	s.Warnings = []string{"mind"}
	s = serveConfig(t, s.Config)
	if body := s.page(t, "/app.log").body; strings.Count(body, "mind") != 1 || strings.Count(body, `href="/app.log"`) != 1 {
		t.Errorf("with a notice: %s", body)
	}
}

// TestBarAfterChange: the tail changes with the values that it shows.
func TestBarAfterChange(t *testing.T) {
	d := new(doer)
	s := serve(t, sender{}, d)
	for _, item := range []desk.Item{
		{Label: "One", Page: "/one"},
		{Label: "Two", Page: "/one"},
		{Label: "Two", Page: "/two"},
		{Label: "Two"},
		{Label: "Two", Do: func(context.Context) error { return nil }},
		{Label: "Two", Do: func(context.Context) error { return nil }, Checkable: true},
		{Label: "Two", Do: func(context.Context) error { return nil }, Checkable: true, Checked: true},
	} {
		d.set(item)
		s.Desk.Refresh()
		b := s.bar(nil)
		fresh, err := b.tail(true, "GET")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if page := s.page(t, "/file").body; page != htmlPage+string(fresh) || !strings.Contains(page, item.Label) {
				t.Errorf("%s: %s", item.Label, page)
			}
		}
	}
	d.set()
	s.Desk.Refresh()
	if page := s.page(t, "/file").body; strings.Contains(page, "Two") {
		t.Errorf("%s", page)
	}
}

// TestBarWithHangingPlugin: a plug-in that hangs in Tray delays no page.
func TestBarWithHangingPlugin(t *testing.T) {
	h := &hanger{hangs: make(chan struct{}), asked: make(chan struct{}, 10)}
	s := serve(t, sender{}, h)
	<-h.asked // at the start
	h.hang.Store(true)
	t.Cleanup(func() { close(h.hangs) })
	s.page(t, "/file")
	<-h.asked // after the request
	if page := s.page(t, "/file").body; !strings.HasPrefix(page, htmlPage) || !strings.Contains(page, "/app.js") {
		t.Errorf("%s", page)
	}
}

type hanger struct {
	plain
	hang  atomic.Bool
	hangs chan struct{}
	asked chan struct{}
}

func (h *hanger) info() desk.Info {
	h.asked <- struct{}{}
	if h.hang.Load() {
		<-h.hangs
	}
	return desk.Info{}
}

// TestBarAllocations: the tail is kept. Making one takes hundreds of allocations.
func TestBarAllocations(t *testing.T) {
	s := serve(t, sender{}, &doer{items: []desk.Item{{Label: "One", Page: "/one"}}})
	b := s.bar(nil)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := b.tail(true, "GET"); err != nil {
			t.Error(err)
		}
	}); n > 5 {
		t.Errorf("%v allocations", n)
	}
}
