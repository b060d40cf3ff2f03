package apptest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// An opener opens links and files, and adds items to the menu.
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
	o.counted.Add(6) // without an event that updates the icon
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
	// The pages have a menu instead of the icon.
	for p, want := range map[*apptest.Program]bool{p: true, startOpener(t): false} {
		if strings.Contains(p.Get("/").HTML, "dibbler-bar") != want {
			t.Errorf("the page has a bar: %v", !want)
		}
	}
}

// A program in a test changes neither the desktop nor the process.
func TestDesktop_fake(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	t.Setenv("DISPLAY", ":99")
	t.Setenv("XAUTHORITY", "") // empty, not unset
	p := startOpener(t)
	p.Choose("Start at login")
	if _, err := p.Launch(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(config); err != nil || len(entries) > 0 {
		t.Errorf("the owner's folder has %v, %v", entries, err)
	}
	if _, ok := os.LookupEnv("XAUTHORITY"); !ok {
		t.Error("the program moved to another session")
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
		{[]string{"--", "coffee:black"}, "", "does not open coffee: addresses"},
		{[]string{"tea:black"}, "", "put -- before the files"},
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
