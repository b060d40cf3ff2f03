package app_test

import (
	"context"
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

func brews() app.App {
	return app.App{Name: "Brews", Opens: app.TeaOpens, Plugins: []any{app.Brewer{}}}
}

func TestOnLaunch_refused(t *testing.T) {
	p := apptest.Start(t, brews())
	for arg, want := range map[string]string{
		"tea:fail":          "this tea is cold",
		"tea:panic":         "panicked at launch_test.go:N: too hot",
		"tea:elsewhere":     "which is not a page of the program",
		"tea:nothing":       "no plug-in opens",
		"coffee.txt":        "is not a kind of file that this program opens",
		"coffee:black":      "this program does not open coffee: addresses",
		"http://evil.test/": "this program does not open http: addresses",
	} {
		_, err := p.Launch("--", arg)
		wantError(t, arg, err, want)
		wantError(t, arg, apptest.StartError(t, brews(), "--", arg), want)
	}
	if got := p.Opened(); !slices.Equal(got, []string{"/"}) {
		t.Errorf("opened %q", got)
	}
}

func TestOnLaunch_mistakes(t *testing.T) {
	for want, a := range map[string]app.App{
		"App.Opens is set, but no plug-in has called": {Opens: app.TeaOpens, Plugins: []any{app.Plain{}}},
		"but App.Opens is empty":                      {Plugins: []any{app.Brewer{}}},
		"App.Opens: entry 1: it has neither Ext":      {Opens: []app.Opens{{}}, Plugins: []any{app.Brewer{}}},
	} {
		a.Name = "Brews"
		wantError(t, want, apptest.StartError(t, a), want)
	}
	_, tool := startTool(t)
	late := func(context.Context, []string, string) (string, error) { return "", nil }
	wantError(t, "late", tool.OnLaunch(late), "call it in StartTool")
	wantError(t, "nil", tool.OnLaunch(nil), "OnLaunch: the function is nil")
}
