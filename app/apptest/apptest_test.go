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
	"sync/atomic"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/app/internal/address"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
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
		t.Error("it is where the owner's program may be")
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

// The checks are real: requests of other pages and of other addresses are refused.
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

// An opener opens links and files, and shows in the menu what there is to do.
type opener struct {
	site
	tool    *app.Tool
	on      atomic.Bool
	counted atomic.Int32
}

func (o *opener) StartTool(_ context.Context, tool *app.Tool) error {
	o.tool = tool
	tool.Tray(func() app.TrayInfo {
		info := app.TrayInfo{
			Tooltip: []string{fmt.Sprint(o.counted.Load(), " times")},
			Items: []app.TrayItem{
				{Label: "Page", Page: "/sent?x"},
				{Label: "Count", Checkable: true, Checked: o.on.Load(), Do: func(context.Context) error {
					o.on.Store(!o.on.Load())
					o.counted.Add(1)
					return tool.Publish("count", map[string]any{"n": o.counted.Load()})
				}},
				{Label: "Nothing"},
			},
		}
		if o.on.Load() {
			info.Status, info.Done = tray.Busy, .5
		}
		return info
	})
	return tool.OnLaunch(func(_ context.Context, args []string, _ string) (string, error) {
		if args[0] == "tea:cold" {
			return "", errors.New("this tea is cold")
		}
		return "/sent?" + args[0], nil
	})
}

// OnLater opens a page by itself.
func (o *opener) OnLater(w *dibbler.Response, r *http.Request) error {
	return o.tool.Add(&dibbler.Task{Name: "later", Run: func(context.Context) error { return o.tool.Open("/later") }})
}

func startOpener(t testing.TB, args ...string) *apptest.Program {
	t.Helper()
	return apptest.Start(t, app.App{Name: "Opener", Plugins: []any{&opener{}}, Opens: []app.Opens{{Scheme: "tea"}}}, args...)
}

func TestDesktop(t *testing.T) {
	t.Parallel()
	o := new(opener)
	p := apptest.Start(t, app.App{Name: "Opener", Plugins: []any{o}, Opens: []app.Opens{{Scheme: "tea"}}})
	at := strings.TrimSuffix(strings.TrimPrefix(p.URL("/"), "http://"), "/")
	menu := func(count string) []string {
		return []string{"Open", "(Running at " + at + ")", "Page", count, "(Nothing)", "Settings", "Show log", "[ ] Start at login", "Shutdown"}
	}
	if got := p.Menu(); !slices.Equal(got, menu("[ ] Count")) {
		t.Errorf("the menu is %q", got)
	}
	for _, label := range []string{"Page", "Open", "Settings", "Show log", "Count"} {
		p.Choose(label)
	}
	if got, want := p.Opened(), []string{"/", "/sent?x", "/", "/app.settings", "/app.log"}; !slices.Equal(got, want) {
		t.Errorf("opened %q, want %q", got, want)
	}
	if got := p.Menu(); !slices.Equal(got, menu("[x] Count")) {
		t.Errorf("after Count the menu is %q", got)
	}
	o.counted.Add(6) // with no event that would have the plug-in asked
	if got, want := p.Tooltip(), "Opener\nRunning at "+at+"\nWorking, 50 % done\n7 times"; got != want {
		t.Errorf("the tooltip is %q, want %q", got, want)
	}
	if status, done := p.Status(); status != tray.Busy || done != .5 {
		t.Errorf("the status is %v, %v", status, done)
	}
	if got := p.Published("count"); got != `{"n":1}` {
		t.Errorf("published %s", got)
	}
	p.Choose("Start at login")
	if got := p.Menu(); !slices.Contains(got, "[x] Start at login") {
		t.Errorf("the menu is %q", got)
	}
	p.Get("/later")
	p.WaitFor("the page is opened", func() bool { return slices.Contains(p.Opened(), "/later") })
	p.Choose("Shutdown")
	p.WaitFor("the end", p.Ended)
}

func TestDesktop_noTray(t *testing.T) {
	t.Parallel()
	p := startOpener(t, "-no-tray", "-no-browser")
	if menu, opened := p.Menu(), p.Opened(); menu != nil || opened != nil || p.Tooltip() != "" {
		t.Errorf("%q, %q, %q", menu, opened, p.Tooltip())
	}
	// As for an owner, the pages have a bar in place of the icon.
	for p, want := range map[*apptest.Program]bool{p: true, startOpener(t): false} {
		if strings.Contains(p.Get("/").HTML, "dibbler-bar") != want {
			t.Errorf("the bar is there: %v", !want)
		}
	}
}

// What a program changes of its owner's desktop and of its own process stays as it is.
func TestDesktop_fake(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("DISPLAY", ":99")
	t.Setenv("XAUTHORITY", "") // which is not the same as none
	p := startOpener(t)
	p.Choose("Start at login")
	if _, err := p.Launch(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(config); err != nil || len(entries) > 0 {
		t.Errorf("the owner's folder has %v, %v", entries, err)
	}
	if _, ok := os.LookupEnv("XAUTHORITY"); !ok {
		t.Error("the program has moved to another session")
	}
}

func TestLaunch(t *testing.T) {
	t.Parallel()
	p := startOpener(t, "--", "tea:green")
	for _, test := range []struct {
		args []string
		page string
		err  string
	}{
		{nil, "/", ""},
		{[]string{"--", "tea:black"}, "/sent?tea:black", ""},
		{[]string{"--", "tea:cold"}, "", "this tea is cold"},
		{[]string{"--", "coffee:black"}, "", "are not opened by this program"},
		{[]string{"tea:black"}, "", "put -- before what is to be opened"},
	} {
		page, err := p.Launch(test.args...)
		if page != test.page || (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%q: %s, %v", test.args, page, err)
		}
	}
	if got, want := p.Opened(), []string{"/sent?tea:green", "/", "/sent?tea:black"}; !slices.Equal(got, want) {
		t.Errorf("opened %q, want %q", got, want)
	}
	p.Stop()
	if page, err := p.Launch(); err == nil || !strings.Contains(err.Error(), "the program has ended") {
		t.Errorf("after the end: %s, %v", page, err)
	}
	err := apptest.StartError(t, app.App{Name: "Opener", Plugins: []any{&opener{}}, Opens: []app.Opens{{Scheme: "tea"}}}, "--", "tea:cold")
	if err == nil || err.Error() != "this tea is cold" {
		t.Errorf("the first launch: %v", err)
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
			t.Error("there is a server")
		}
	})
	if !flushed {
		t.Error("not flushed")
	}
}

// Many programs run side by side, and change nothing of the process.
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
			t.Error("the environment or the default logger is another one")
		}
	})
}
