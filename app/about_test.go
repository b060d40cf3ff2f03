package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

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
		{"port", "port", "listen on this port; 0 means any free port (default: the same port as last time; at first a port of the program's own)"},
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
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%s: status %d, %q", kind, status, &p.stderr)
		}
	}
}
