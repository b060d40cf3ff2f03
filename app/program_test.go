package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

func TestArguments(t *testing.T) {
	t.Run("bad", func(t *testing.T) {
		for _, args := range [][]string{{"-port", "x"}, {"-port", "65536"}, {"-port", "-1"}, {"-port", "6666"}, {"-unknown"}, {"file"}, {"open-url", "https://elsewhere.test/"}} {
			p := startProgram(t, "plain", args...)
			last := strings.TrimPrefix(args[min(1, len(args)-1)], "-")
			if args[0] == "open-url" {
				last = args[0]
			}
			if out, status := p.exit(); status != exitUsage || out != "" || !strings.Contains(p.stderr.String(), last) {
				t.Errorf("%q: status %d, %q, %q", args, status, out, &p.stderr)
			}
		}
	})
	t.Run("version and help", func(t *testing.T) {
		if out, status := startProgram(t, "plain", "-version").exit(); status != exitOK || !strings.HasPrefix(out, "Plain 1.2.3 (go") {
			t.Errorf("status %d, %q", status, out)
		}
		p := startProgram(t, "plain", "-help")
		if _, status := p.exit(); status != exitOK || !strings.Contains(p.stderr.String(), " [flags]\n") || !strings.Contains(p.stderr.String(), "-no-browser") || strings.Contains(p.stderr.String(), "-about") {
			t.Errorf("status %d, %q", status, &p.stderr)
		}
	})
}

func TestSetDefaults(t *testing.T) {
	png, ico := []byte("png"), []byte("ico")
	for _, test := range []struct {
		a    App
		want string // part of the error; empty if there is none
	}{
		{App{}, ""},
		{App{Icon: tray.Icon{PNG: png, Template: png}}, ""},
		{App{Icon: tray.Icon{Template: png}}, "App.Icon.PNG"},
		{App{Icon: tray.Icon{LightICO: ico}}, "App.Icon.PNG"},
		{App{Icon: tray.Icon{DarkICO: ico}}, "App.Icon.PNG"},
		{App{Accent: "teal"}, ""},
		{App{Accent: "RebeccaPurple"}, ""},
		{App{Accent: "#2c6e49"}, ""},
		{App{Accent: "#FFF"}, ""},
		{App{Accent: "#12345"}, "App.Accent"},
		{App{Accent: "#ggg"}, "App.Accent"},
		{App{Accent: "red; }"}, "App.Accent"},
		{App{Accent: "rgb(1,2,3)"}, "App.Accent"},
		{App{Accent: "</style>"}, "App.Accent"},
	} {
		test.a.Name = "Tea"
		if err := test.a.setDefaults(); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v", test.a, err)
		}
	}
}

func TestDamagedSettings(t *testing.T) {
	h := newHome(t)
	h.remember(`{"port`)
	p := h.launch("plain", "-no-browser", "-no-tray")
	wantPage(t, p.url()+"app.settings", "damaged", "the defaults are used")
	if aside, err := filepath.Glob(filepath.Join(h.dir, "config", "plain", settingsName+".damaged-*")); len(aside) != 1 {
		t.Errorf("%q, %v", aside, err)
	}
}

func TestLogHasNoQueries(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray", "-verbose")
	at := p.url()
	get(t, at+"nowhere?password=secret")
	get(t, at+"app.item?n=secret")
	get(t, at+"app.settings?port=secret")
	if page := get(t, at+"app.log"); strings.Contains(page, "secret") {
		t.Errorf("the log has a secret: %s", page)
	}
	endBy(t, at+"end")
	p.exit()
	if s := p.stderr.String(); strings.Contains(s, "secret") || !strings.Contains(s, "path=/nowhere") {
		t.Errorf("standard error: %s", s)
	}
}

func TestIsFailure(t *testing.T) {
	cut, other := &dibbler.CutError{Unfinished: []string{"GET /slow"}}, errors.New("other")
	for _, test := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{other, true},
		{cut, false},
		{errors.Join(cut, cut), false},
		{errors.Join(cut, other), true},
		{errors.Join(errors.Join(cut, other), nil), true},
		{&life.UnsavedError{Err: other}, true},
		{errors.Join(cut, &life.UnsavedError{Err: cut}), true},
		{fmt.Errorf("wrapped: %w", other), true},
	} {
		if got := isFailure(test.err); got != test.want {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}

// TestAbout uses a program that cannot start, because two of its plug-ins serve the same
// page. -about takes precedence over other flags.
func TestAbout(t *testing.T) {
	h := newHome(t)
	path := filepath.Join(t.TempDir(), "about.json")
	p := h.launch("described", "-version", "-quit", "-doctor", "-self-test", "-about", path)
	if out, status := p.exit(); status != exitOK || out != "" || p.stderr.Len() > 0 {
		t.Errorf("status %d, %q, %q", status, out, &p.stderr)
	}
	if made, err := os.ReadDir(h.dir); len(made) > 0 || err != nil {
		t.Errorf("made %v, %v", made, err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got description
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, want := range []flagHelp{
		{"port", "port", "listen on this port; 0 means any free port (default: the same port as last time; the first time, a port of the program's own)"},
		{"quit", "", "shut down the running program, and wait until it has ended"},
	} {
		if !slices.Contains(got.Flags, want) {
			t.Errorf("no flag %v in %v", want, got.Flags)
		}
	}
	if slices.ContainsFunc(got.Flags, func(f flagHelp) bool { return f.Name == "about" }) {
		t.Error("the output has -about, which -help does not show")
	}
	got.Flags = nil
	a := programs["described"]
	want := description{Name: a.Name, ID: a.ID, Version: a.Version, Command: "tea-timer", About: a.About, Opens: a.Opens}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestAbout_errors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no folder", "about.json")
	for kind, want := range map[string]string{"plain": path, "nameless": "App.Name is empty"} {
		p := startProgram(t, kind, "-about", path)
		p.wantExit(exitError, want)
	}
}
