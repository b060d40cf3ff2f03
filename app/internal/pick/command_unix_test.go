//go:build !darwin && !windows

package pick

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCommandArgs(t *testing.T) {
	t.Setenv("HOME", "/home/ada")
	for _, test := range []struct {
		request         Request
		zenity, kdialog string // arguments, separated by bars
	}{
		{Request{}, "--file-selection|--title=Choose a file|--filename=/home/ada/", "--title|Choose a file|--getopenfilename|/home/ada/"},
		{Request{Title: "T", Folder: true, Dir: "/a b"}, "--file-selection|--title=T|--directory|--filename=/a b/", "--title|T|--getexistingdirectory|/a b/"},
		{
			Request{Title: "-T", Multiple: true, Types: []string{".a", ".1"}},
			"--file-selection|--title=-T|--filename=/home/ada/|--multiple|--separator=//|--file-filter=*.a, *.1 ^ *.[aA] *.1|--file-filter=All files ^ *",
			"--title|-T|--getopenfilename|/home/ada/|*.a, *.1 (*.[aA] *.1)\nAll files (*)|--multiple|--separate-output",
		},
		{Request{Save: true, Name: "-r.pdf"}, "--file-selection|--title=Save as|--save|--confirm-overwrite|--filename=/home/ada/-r.pdf", "--title|Save as|--getsavefilename|/home/ada/-r.pdf"},
	} {
		for c, want := range map[*command]string{&zenity: test.zenity, &kdialog: test.kdialog} {
			args := strings.ReplaceAll(strings.ReplaceAll(strings.Join(c.args(test.request), "\x00"), "|", "^"), "\x00", "|")
			if args != want {
				t.Errorf("%s %+v: %q, want %q", c.name, test.request, args, want)
			}
		}
	}
}

func TestSplitPaths(t *testing.T) {
	for _, test := range []struct {
		text, separator string
		want            []string
	}{
		{"/a b", "//", []string{"/a b"}},
		{"/a|b///c\nd///e", "//", []string{"/a|b", "/c\nd", "/e"}},
		{"/a\n/b\nc", "\n", []string{"/a", "/b\nc"}},
	} {
		if got := splitPaths(test.text, test.separator); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

// TestCommand runs scripts instead of the programs, to test rare results.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for script, want := range map[string]string{
		"echo /a":           "/a",
		`printf '/a\n/b\n'`: "/a\n/b",
		"exit 1":            ErrCanceled.Error(),
		"echo 'Gtk-WARNING **: cannot open display: ' >&2; exit 1": "zenity: Gtk-WARNING **: cannot open display:",
		"echo odd >&2; exit 5": "zenity: odd",
		"kill -9 $$":           "zenity: signal: killed",
	} {
		if err := os.WriteFile(filepath.Join(dir, "zenity"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		paths, err := zenity.show(t.Context(), Request{})
		got := strings.Join(paths, "|")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", script, got, want)
		}
	}
}

func TestSystem_none(t *testing.T) {
	for _, name := range []string{"DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "WAYLAND_DISPLAY", "PATH"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "none"))
	}
	for display, want := range map[string]string{"": "without a screen", ":99": "neither zenity nor kdialog is installed"} {
		t.Setenv("DISPLAY", display)
		t.Setenv("WAYLAND_DISPLAY", "")
		if err := System().Find(t.Context()); !errors.Is(err, ErrNoDialog) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if _, err := System().Show(t.Context(), Request{}); !errors.Is(err, ErrNoDialog) {
			t.Error(err)
		}
	}
}

func TestOsascriptArgs(t *testing.T) {
	for _, test := range []struct {
		request Request
		command string
		args    []string
	}{
		{Request{Title: `"T`}, "set chosen to choose file with prompt (item 2 of argv)\n", []string{"", `"T`, ""}},
		{Request{Folder: true, Multiple: true, Dir: "/a b"}, "choose folder with prompt (item 2 of argv) default location (POSIX file (item 1 of argv)) with multiple selections allowed\n", []string{"/a b", "Choose a folder", ""}},
		{Request{Save: true, Name: "a"}, "choose file name with prompt (item 2 of argv) default name (item 3 of argv)\n", []string{"", "Save as", "a"}},
		{Request{Title: "-T", Save: true, Name: "-a", Dir: "/b"}, "default location (POSIX file (item 1 of argv))\n", []string{"/b", "-T", "-a"}},
		{Request{Types: []string{".ics", ".csv"}}, "choose file with prompt (item 2 of argv) of type (items 4 thru -1 of argv)\n", []string{"", "Choose a file", "", "ics", "csv"}},
	} {
		args := osascriptArgs(test.request)
		if !strings.Contains(args[1], test.command) || !slices.Equal(args[2:], test.args) {
			t.Errorf("%+v: %q", test.request, args)
		}
	}
	if !osascript.isCanceled("execution error: User canceled. (-128)") || osascript.isCanceled("execution error: (-1728)") {
		t.Error("isCanceled is wrong")
	}
}
