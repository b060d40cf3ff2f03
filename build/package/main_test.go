package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBadArguments(t *testing.T) {
	for _, args := range [][]string{
		{"-only", "beos"}, {"-only", "linux,"}, {"-only", "linux/mips"}, {"more"},
		{"-version", "1"}, {"-version", "1.2"}, {"-version", "v1.2.3"}, {"-version", "1.2.3-rc1"}, {"-version", "01.2.3"}, {"-version", "1.2.70000"},
	} {
		if err := run(context.Background(), t.TempDir(), args); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// TestRun_absoluteFolder: the folder may be an absolute path.
func TestRun_absoluteFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "no such folder")
	if err := run(context.Background(), t.TempDir(), []string{dir}); err == nil || !strings.Contains(err.Error(), "chdir "+dir+":") {
		t.Errorf("%v; want it to name %s", err, dir)
	}
}

func TestChoose(t *testing.T) {
	for only, want := range map[string]string{
		"":                        "linux/amd64 linux/arm64 windows/amd64 windows/arm64 macos/amd64 macos/arm64",
		"windows":                 "windows/amd64 windows/arm64",
		"macos/arm64,linux/amd64": "macos/arm64 linux/amd64",
		"linux/amd64,linux/amd64": "linux/amd64",
		"linux/arm64,linux":       "linux/arm64 linux/amd64",
	} {
		targets, err := choose(only)
		if err != nil {
			t.Errorf("%q: %v", only, err)
		}
		var got []string
		for _, target := range targets {
			got = append(got, target.platform())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is %q, want %q", only, got, want)
		}
	}
}

func TestSplitWords(t *testing.T) {
	for line, want := range map[string][]string{
		"": nil, "  -a  b\t": {"-a", "b"}, `-pkcs12 "my key.p12" -n 'Ada''s "Tea"' ''`: {"-pkcs12", "my key.p12", "-n", `Adas "Tea"`, ""},
		`C:\keys\me.p12`: {`C:\keys\me.p12`},
	} {
		if got, err := splitWords(line); !slices.Equal(got, want) || err != nil {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
	if _, err := splitWords(`a "b c`); err == nil {
		t.Error("no error for a quote that does not end")
	}
}

func TestWrapped(t *testing.T) {
	if got, want := wrapped("aa bb  cc dddddd e öö üü", 5), "aa bb\ncc\ndddddd\ne öö\nüü"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
