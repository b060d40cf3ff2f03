package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/app/internal/address"
	"github.com/dibbler-app/dibbler/dibbler"
)

func TestStart(t *testing.T) {
	t.Parallel()
	var order []string
	note := func(s string) { order = append(order, s) }
	p := startSite(t, site{html: "<h1>Site</h1>", start: func(ctx context.Context, tool *app.Tool) error {
		note("start")
		if err := os.WriteFile(filepath.Join(tool.Dir(), "x"), nil, 0o600); err != nil {
			return err
		}
		return tool.OnFlush(func(context.Context) error {
			note("flush")
			if ctx.Err() == nil {
				t.Error("the context is not canceled")
			}
			return nil
		})
	}})
	if usual := fmt.Sprintf("http://127.0.0.1:%d/", address.First("site")); p.URL("/") == usual {
		t.Error("it uses the port of the owner's program")
	}
	if got := p.Get("/").Text(); got != "Site" || p.Ended() {
		t.Errorf("%q, ended: %v", got, p.Ended())
	}
	if got := p.URL("/a?b"); !strings.HasPrefix(got, "http://127.0.0.1:") || !strings.HasSuffix(got, "/a?b") {
		t.Errorf("the address is %s", got)
	}
	p.Stop()
	p.Stop()
	if want := []string{"start", "flush"}; !slices.Equal(order, want) || !p.Ended() {
		t.Errorf("%q, ended: %v", order, p.Ended())
	}
}

func TestStartError(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	err := apptest.StartError(t, app.App{Name: "Site", Plugins: []any{site{start: func(context.Context, *app.Tool) error { return full }}}})
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	stops := site{start: func(_ context.Context, tool *app.Tool) error { tool.Stop(); return nil }}
	err = apptest.StartError(t, app.App{Name: "Site", Plugins: []any{stops}})
	if err == nil || !strings.Contains(err.Error(), "asked to end before it was ready") {
		t.Errorf("got %v", err)
	}
}

// The checks are real: requests from other web pages and to other addresses are refused.
func TestChecks(t *testing.T) {
	t.Parallel()
	p := startSite(t, site{})
	for _, test := range []struct {
		method, header, value string
		want                  int
	}{
		{"GET", "Origin", "http://elsewhere.test", http.StatusForbidden},
		{"GET", "Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"GET", "Host", "elsewhere.test", http.StatusMisdirectedRequest},
		{"GET", "Accept", "*/*", http.StatusOK},
		{"DELETE", "Accept", "*/*", http.StatusMethodNotAllowed},
	} {
		r, err := http.NewRequest(test.method, "/sent", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(test.header, test.value)
		if test.header == "Host" {
			r.Host = test.value
		}
		if got := p.Do(r).Status; got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}

func TestRestart(t *testing.T) {
	t.Parallel()
	type plan struct{ Cups int }
	var cups *app.Saved[plan]
	saves := site{start: func(_ context.Context, tool *app.Tool) (err error) {
		cups, err = app.Open(tool, "plan", plan{})
		return err
	}}
	first := startSite(t, saves)
	if err := cups.Update(func(p *plan) error { p.Cups = 4; return nil }); err != nil {
		t.Fatal(err)
	}
	second := first.Restart(app.App{Name: "Site", Plugins: []any{saves}})
	if got := cups.Get().Cups; got != 4 || !first.Ended() || second.Ended() {
		t.Errorf("%d cups", got)
	}
}

func TestTool(t *testing.T) {
	t.Parallel()
	flushed := false
	t.Run("plug-in", func(t *testing.T) {
		tool := apptest.Tool(t)
		for what, err := range map[string]error{
			"Handle":  tool.Handle("GET /x", http.NotFoundHandler()),
			"Landing": tool.Landing("/x"),
			"Publish": tool.Publish("x", 1),
			"Open":    tool.Open("/x"),
			"Add":     tool.Add(&dibbler.Server{Addr: "127.0.0.1:0"}, &dibbler.Task{Name: "x", Run: func(context.Context) error { return nil }}),
			"OnFlush": tool.OnFlush(func(context.Context) error { flushed = true; return nil }),
			"Dir":     os.WriteFile(filepath.Join(tool.Dir(), "x"), nil, 0o600),
		} {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		tool.Tray(func() app.TrayInfo { return app.TrayInfo{} })
		tool.Refresh()
		if _, err := app.Settings(tool, "x", "X", struct{ N int }{}, nil); err != nil {
			t.Error(err)
		}
		if err := tool.Handle("GET /x", http.NotFoundHandler()); err == nil || !strings.Contains(err.Error(), "plug-in in a test: ") {
			t.Errorf("got %v", err)
		}
		if resp, err := http.Get(tool.URL("/x")); err == nil {
			resp.Body.Close()
			t.Error("the server is running")
		}
	})
	if !flushed {
		t.Error("OnFlush was not called")
	}
}

// Programs can run in parallel, and do not change the process.
func TestParallel(t *testing.T) {
	t.Parallel()
	environment, logger := os.Environ(), slog.Default()
	for n := range 8 {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			p := startOpener(t)
			for range 3 {
				p.Choose("Count")
				p.Get("/sent")
			}
			if got := p.Published("count"); got != `{"n":3}` {
				t.Errorf("published %s", got)
			}
		})
	}
	t.Cleanup(func() {
		if !slices.Equal(os.Environ(), environment) || slog.Default() != logger {
			t.Error("the environment or the default logger has changed")
		}
	})
}
