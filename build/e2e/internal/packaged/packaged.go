// Package packaged makes packages of the program for tests that install them.
package packaged

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// The description of the program in main.go.
const (
	Name    = "Dibbler"
	ID      = "dibbler"
	Package = "dibbler-calendar"
)

// The versions of the program: New is an upgrade of Old. Both open .ics files, which other
// programs open as well, and .tea files. Old also opens tea: URLs, and New coffee: URLs.
const (
	Old = "0.1.0"
	New = "99.0.0"
)

var schemes = map[string]string{Old: "tea", New: "coffee"}

// dir is the folder of all files that are made.
var dir string

// Main is the body of a TestMain. It runs the tests, removes the packages, checks that no goroutine
// is left, and exits.
func Main(m *testing.M) {
	var err error
	if dir, err = os.MkdirTemp("", "packaged"); err != nil {
		panic(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // other users install packages as well
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
		os.Exit(status)
	}))
}

// Folder returns a folder for files that several tests share, and reports whether it is new. It is
// removed after the tests.
func Folder(t testing.TB, name string) (path string, made bool) {
	t.Helper()
	path = filepath.Join(dir, name)
	err := os.Mkdir(path, 0o755)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return path, err == nil
}

// clone copies the project, without hidden folders and dist.
var clone = sync.OnceValues(func() (string, error) {
	project := filepath.Join("..", "..", "..")
	copied := filepath.Join(dir, "clone")
	return copied, filepath.WalkDir(project, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(project, path)
		if err != nil {
			return err
		}
		target := filepath.Join(copied, name)
		switch {
		case d.IsDir() && (name == "dist" || name != "." && strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		return Copy(path, target)
	})
})

// Make makes the packages of a version for one target, such as "windows/amd64", unless they exist.
// It returns their folder.
func Make(t testing.TB, only, version string) string {
	t.Helper()
	made := filepath.Join(dir, strings.ReplaceAll(only, "/", "-")+"-"+version)
	if _, err := os.Stat(made); err == nil {
		return made
	}
	root, err := clone()
	if err != nil {
		t.Fatal(err)
	}
	if err := writeOpens(root, version); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "./build", "package", "-only", only, "-version", version)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "PATH="+makensis(t, inputs(version))+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	if err := os.Rename(filepath.Join(root, "dist"), made); err != nil {
		t.Fatal(err)
	}
	return made
}

// opener is a plug-in that shows the home page for all files and URLs.
const opener = `package main

import (
	"context"

	"github.com/dibbler-app/dibbler/app"
)

type opener struct{}

func (opener) StartTool(ctx context.Context, tool *app.Tool) error {
	return tool.OnLaunch(func(context.Context, []string, string) (string, error) { return "/", nil })
}

var opens = []app.Opens{{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"}, {Scheme: %q}}
`

var (
	plugins = regexp.MustCompile(`Plugins: +\[\]any\{(.*)\},`)
	opened  = regexp.MustCompile(`Opens: +(\[\]app\.Opens\{.*\}),`)
)

// writeOpens changes the program in the clone, so that it opens the files and URLs of a version.
func writeOpens(root, version string) error {
	path := filepath.Join(root, "main.go")
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(source), "opener{}") {
		if !plugins.Match(source) || !opened.Match(source) {
			return fmt.Errorf("%s has no plug-ins, or opens nothing", path)
		}
		source = plugins.ReplaceAll(source, []byte("Plugins: []any{$1, opener{}},"))
		source = opened.ReplaceAll(source, []byte("Opens: append(opens, $1...),"))
	}
	return errors.Join(
		os.WriteFile(path, source, 0o644),
		os.WriteFile(filepath.Join(root, "opener.go"), fmt.Appendf(nil, opener, schemes[version]), 0o644))
}

// InstallerScript makes the Windows installer of a version for amd64. It returns the folder with
// the input of makensis: installer.nsi and the files that it names.
func InstallerScript(t testing.TB, version string) string {
	t.Helper()
	Make(t, "windows/amd64", version)
	return inputs(version)
}

func inputs(version string) string { return filepath.Join(dir, "makensis-"+version) }

// makensis makes a folder with a command makensis, which copies its input to the folder kept and
// runs the real makensis.
func makensis(t testing.TB, kept string) (path string) {
	t.Helper()
	real, err := exec.LookPath("makensis")
	if err != nil {
		return os.DevNull // makensis is not on PATH either
	}
	path = kept + "-bin"
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nfor last; do :; done\ncp -R \"$(dirname \"$last\")\" '" + kept + "' && exec '" + real + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(path, "makensis"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// Copy copies a file with its mode.
func Copy(from, to string) error {
	stat, err := os.Stat(from)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, stat.Mode().Perm())
}
