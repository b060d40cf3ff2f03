package main

import (
	"os"
	"os/exec"
	"slices"
	"testing"
)

// repository makes a repository with one commit, of these files.
func repository(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	if !found("git") {
		t.Skip("git is not installed (Debian package git)")
	}
	dir = tree(t, files)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"commit", "-q", "-m", "all"}} {
		git(t, dir, args...)
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Ada", "-c", "user.email=ada@example.org"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

func TestRelease(t *testing.T) {
	const (
		program = "package main\n\nvar version = \"0.2.0\"\n"
		root    = "module github.com/dibbler-app/dibbler\n\ngo 1.26\n"
		nested  = "module github.com/dibbler-app/dibbler/build/package\n\ngo 1.26\n"
	)
	for name, test := range map[string]struct {
		files map[string]string // files that replace those above
		git   []string          // a git command after the commit
		add   string            // a file that is made after the commit
		want  []string
	}{
		"ready":             {},
		"a program's other": {files: map[string]string{"main.go": "package main\n\n// Set by the linker.\nvar version = \"0.1.0\"\n"}, want: []string{"main.go:4: the program's version is 0.1.0, want 0.2.0"}},
		"no version":        {files: map[string]string{"main.go": "package main\n"}, want: []string{"main.go:1: there is no line that begins with: var version = "}},
		"a replace line": {files: map[string]string{"build/package/go.mod": nested + "\nrequire github.com/dibbler-app/dibbler v0.0.0\n\nreplace github.com/dibbler-app/dibbler => ../..\n"}, want: []string{
			"build/package/go.mod:7: github.com/dibbler-app/dibbler is replaced, so go run refuses this module at a version",
			"build/package/go.mod:5: github.com/dibbler-app/dibbler is required at v0.0.0, want v0.2.0",
		}},
		"an exclude line": {files: map[string]string{"go.mod": root + "exclude (\n\texample.org/x v1.0.0\n)\n"}, want: []string{
			"go.mod:5: example.org/x v1.0.0 is excluded, so go run refuses this module at a version",
		}},
		"another module": {files: map[string]string{"build/package/go.mod": "module example.org/package\n"}, want: []string{
			"build/package/go.mod:1: the module is example.org/package, want github.com/dibbler-app/dibbler/build/package",
		}},
		"changes":      {add: "new.go", want: []string{"new.go: not committed (?? in git status)"}},
		"a tag":        {git: []string{"tag", "build/package/v0.2.0"}, want: []string{`the tag "build/package/v0.2.0" exists already: others may have used it, so choose a later version`}},
		"an older tag": {git: []string{"tag", "v0.1.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"main.go": program, "go.mod": root, "build/package/go.mod": nested}
			for name, text := range test.files {
				files[name] = text
			}
			dir := repository(t, files)
			if test.git != nil {
				git(t, dir, test.git...)
			}
			t.Chdir(dir)
			if test.add != "" {
				if err := os.WriteFile(test.add, nil, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			r := releaseCheck{version: "0.2.0"}
			if err := r.run(); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.problems, test.want) {
				t.Errorf("got  %q\nwant %q", r.problems, test.want)
			}
			if err := release([]string{"0.2.0"}); (err != nil) != (test.want != nil) {
				t.Errorf("the verb: %v", err)
			}
		})
	}
}

func TestRelease_arguments(t *testing.T) {
	for _, args := range [][]string{nil, {"v0.2.0"}, {"0.2"}, {"0.2.0-rc1"}, {"0.2.0", "0.3.0"}} {
		if release(args) == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

func TestReleaseTags(t *testing.T) {
	r := releaseCheck{version: "0.2.0"}
	if got, want := r.tags(), []string{"v0.2.0", "build/package/v0.2.0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
