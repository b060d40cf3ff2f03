package module

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

func TestPublished(t *testing.T) {
	module := func(version, sum string) debug.Module {
		return debug.Module{Path: Path, Version: version, Sum: sum}
	}
	author := debug.Module{Path: "example.com/teatimer", Version: "(devel)"}
	dep := func(m debug.Module, replace *debug.Module) []*debug.Module {
		m.Replace = replace
		return []*debug.Module{{Path: "example.org/other", Version: "v1.0.0", Sum: "h1:x"}, &m}
	}
	for name, test := range map[string]struct {
		build debug.BuildInfo
		want  string
	}{
		"go run at a version":      {debug.BuildInfo{Main: module("v0.2.0", "h1:x")}, "v0.2.0"},
		"go run in a checkout":     {debug.BuildInfo{Main: module("(devel)", "")}, ""},
		"go build in a checkout":   {debug.BuildInfo{Main: module("v0.2.0", "")}, ""},
		"go tool":                  {debug.BuildInfo{Main: author, Deps: dep(module("v0.2.0", "h1:x"), nil)}, "v0.2.0"},
		"go tool with a checkout":  {debug.BuildInfo{Main: author, Deps: dep(module("v0.0.0", ""), &debug.Module{Path: "../dibbler", Version: "(devel)"})}, ""},
		"go tool with a workspace": {debug.BuildInfo{Main: author, Deps: dep(module("(devel)", ""), nil)}, ""},
	} {
		if got := published(&test.build); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// checkout returns the folder of this module.
func checkout(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestOwn(t *testing.T) {
	got, err := Own(t.Context())
	if want := (Source{Dir: checkout(t)}); got != want || err != nil {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

// fakeProxy returns the URL of a module proxy with only the go.mod of version v0.2.0.
func fakeProxy(t *testing.T) string {
	t.Helper()
	proxy := t.TempDir()
	dir := filepath.Join(proxy, filepath.FromSlash(Path), "@v")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"v0.2.0.mod": "module " + Path + "\n", "v0.2.0.info": `{"Version": "v0.2.0"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return "file:///" + strings.TrimPrefix(filepath.ToSlash(proxy), "/")
}

func TestUsed(t *testing.T) {
	t.Setenv("GOFLAGS", "-mod=vendor") // as after vendoring
	t.Setenv("GOPROXY", fakeProxy(t))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", t.TempDir())
	project := checkout(t)
	const mod = "module example.com/teatimer\n\ngo 1.26\n"
	for name, test := range map[string]struct {
		mod     string
		want    Source
		problem string
	}{
		"replaced by a folder":  {mod + "require " + Path + " v0.0.0\nreplace " + Path + " => " + `"` + filepath.ToSlash(project) + `"`, Source{Dir: project}, ""},
		"a version":             {mod + "require " + Path + " v0.2.0", Source{Version: "v0.2.0"}, ""},
		"replaced by a version": {mod + "require " + Path + " v0.2.0\nreplace " + Path + " => example.org/fork v0.3.0", Source{}, "example.org/fork v0.3.0"},
		"not reached":           {mod + "require " + Path + " v0.3.0", Source{}, "no such file"},
		"not used":              {mod, Source{}, "go get " + Path},
		"no module":             {"", Source{}, "run this in the tool's folder"},
		"broken":                {mod + "requires x", Source{}, "go.mod:4: unknown directive"},
	} {
		dir := filepath.Join(t.TempDir(), "a folder")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if test.mod != "" {
			if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(test.mod), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Used(t.Context(), dir)
		if got != test.want || (err == nil) != (test.problem == "") {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, test.want)
		}
		if err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: %v; want an error with %q", name, err, test.problem)
		}
	}
	got, err := Used(t.Context(), ".")
	if want := (Source{Dir: project}); got != want || err != nil {
		t.Errorf("in this module: %+v, %v; want %+v", got, err, want)
	}
}

// sum returns the sum of a file in the format of go.sum.
func sum(name, content string) string {
	list := sha256.Sum256(fmt.Appendf(nil, "%x  %s\n", sha256.Sum256([]byte(content)), name))
	return "h1:" + base64.StdEncoding.EncodeToString(list[:])
}

// publish adds a module that has only a go.mod to a folder that is used as a proxy.
func publish(t *testing.T, proxy, path, version, mod string) {
	t.Helper()
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	f, err := z.Create(path + "@" + version + "/go.mod")
	if err == nil {
		_, err = io.WriteString(f, mod)
	}
	dir := filepath.Join(proxy, filepath.FromSlash(path), "@v")
	if err := errors.Join(err, z.Close(), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for ending, content := range map[string]string{".info": `{"Version": "` + version + `"}`, ".mod": mod, ".zip": zipped.String()} {
		if err := os.WriteFile(filepath.Join(dir, version+ending), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGet(t *testing.T) {
	const path, version, mod = "example.com/tea", "v1.2.3", "module example.com/tea\n"
	proxy := t.TempDir()
	publish(t, proxy, path, version, mod)
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-mod=vendor -modcacherw") // so that the test can remove it
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOPROXY", "file:///"+strings.TrimPrefix(filepath.ToSlash(proxy), "/"))
	for _, from := range []string{"the proxy", "the module cache"} {
		got, err := Get(t.Context(), path, version)
		if err != nil {
			t.Fatalf("from %s: %v", from, err)
		}
		if want := sum(path+"@"+version+"/go.mod", mod); got.Sum != want {
			t.Errorf("from %s: the sum is %s, want %s", from, got.Sum, want)
		}
		if want := sum("go.mod", mod); got.GoModSum != want {
			t.Errorf("from %s: the sum of go.mod is %s, want %s", from, got.GoModSum, want)
		}
		if text, err := os.ReadFile(filepath.Join(got.Dir, "go.mod")); string(text) != mod {
			t.Errorf("from %s: go.mod is %q, %v", from, text, err)
		}
		t.Setenv("GOPROXY", "off")
	}
	_, err := Get(t.Context(), Path+"/build/package", "v0.98.7")
	for _, want := range []string{Path + "/build/package v0.98.7", "GOPROXY=off", "connect, and try again"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error with %q", err, want)
		}
	}
}
