package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A session that is too long is left out of the message.
func TestEncode(t *testing.T) {
	for _, name := range desk.SessionVariables {
		t.Setenv(name, "")
	}
	t.Setenv("DISPLAY", ":2")
	for value, want := range map[string]int{"short": 2, strings.Repeat("x", instance.MaxText): 0} {
		t.Setenv("XAUTHORITY", value)
		text, err := encode(launch.Message{Command: launch.Look, Session: desk.Session(), Args: [][]byte{[]byte("/a.tea")}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := launch.DecodeMessage(text)
		if err != nil || m.Command != launch.Look || len(m.Session) != want || len(m.Args) != 1 {
			t.Errorf("%d bytes: %+v, %v", len(value), m, err)
		}
	}
}

func TestSetSession(t *testing.T) {
	for _, name := range desk.SessionVariables {
		t.Setenv(name, "old")
	}
	if err := setSession(map[string]string{"DISPLAY": ":2"}); err != nil {
		t.Fatal(err)
	}
	if got := os.Getenv("DISPLAY"); got != ":2" {
		t.Errorf("DISPLAY is %q", got)
	}
	if got, ok := os.LookupEnv("XAUTHORITY"); ok {
		t.Errorf("XAUTHORITY is %q", got)
	}
}

var teaOpens = []Opens{{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"}, {Scheme: "tea"}}

// A brewer opens files and addresses.
type brewer struct{ plain }

func (brewer) StartTool(ctx context.Context, tool *Tool) error {
	if err := tool.OnLaunch(func(context.Context, []string, string) (string, error) { return "", nil }); err != nil {
		return err
	}
	return tool.OnLaunch(func(ctx context.Context, args []string, dir string) (string, error) {
		switch args[0] {
		case "tea:fail":
			return "", errors.New("this tea is cold")
		case "tea:panic":
			panic("too hot")
		case "tea:elsewhere":
			return "//evil.test/", nil
		case "tea:nothing":
			return "", nil
		}
		return "/brew?" + url.Values{"what": args, "in": {dir}}.Encode(), nil
	})
}

func (brewer) OnBrew(w *dibbler.Response, r *http.Request, form struct {
	What []string `schema:"what"`
	In   string   `schema:"in"`
}) error {
	_, err := fmt.Fprintf(w, "%q in %q", form.What, form.In)
	return err
}

// pageOf returns the page that a launch has opened.
func pageOf(p *process) string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	_, page, ok := strings.Cut(strings.TrimSpace(line), " is running at ")
	if !ok {
		p.t.Fatalf("the first line is %q, %v; standard error: %s", line, err, p.errors())
	}
	return page
}

func TestOnLaunch(t *testing.T) {
	h := newHome(t)
	dir := t.TempDir()
	open := func(args ...string) *process {
		p := h.command("brews", append([]string{"-no-browser", "-no-tray", "-port", "0", "--"}, args...)...)
		p.Dir = dir
		p.start()
		return p
	}
	want := fmt.Sprintf("%q in %q", []string{filepath.Join(dir, "green.tea")}, dir)
	at := pageOf(open("green.tea"))
	if page := get(t, at); page != want {
		t.Errorf("the first launch: %s, want %s", page, want)
	}
	if page := get(t, pageOf(open("green.tea"))); page != want {
		t.Errorf("a later launch: %s, want %s", page, want)
	}
	if page := get(t, pageOf(open("tea:a", "tea:b"))); page != fmt.Sprintf("%q in %q", []string{"tea:a", "tea:b"}, dir) {
		t.Errorf("two at once: %s", page)
	}
	// A launch of another build may have arguments that this build does not open.
	if r := h.send("brews", launch.Message{Command: launch.Show, Args: [][]byte{[]byte("coffee:black")}}); !strings.Contains(r.Problem, "does not open coffee: addresses") {
		t.Errorf("coffee:black: %+v", r)
	}
	p := open("tea:fail")
	if out, status := p.exit(); status != exitError || out != "" || !strings.Contains(p.stderr.String(), "this tea is cold") {
		t.Errorf("status %d, %q, %s", status, out, &p.stderr)
	}
	wantPage(t, at[:strings.LastIndex(at, "/")+1], "home of plain")
}

func TestArguments_opens(t *testing.T) {
	a := &App{Name: "Brews", Opens: teaOpens}
	for _, c := range []struct {
		args []string
		want string // part of the error; empty if there is none
	}{
		{[]string{"-no-tray", "--", "-quit.tea"}, ""},
		{[]string{"--", "--", "tea:x"}, ""},
		{[]string{"green.tea"}, "put -- before the files"},
		{[]string{"-no-tray", "green.tea", "--"}, "put -- before the files"},
		{[]string{"-quit", "--", "green.tea"}, "only flags are allowed here"},
		{[]string{"-doctor", "--", "green.tea"}, "only flags are allowed here"},
	} {
		var said bytes.Buffer
		if _, err := a.parse(c.args, &said); (err == nil) != (c.want == "") || !strings.Contains(said.String(), c.want) {
			t.Errorf("%q: %v, %s", c.args, err, &said)
		}
	}
}
