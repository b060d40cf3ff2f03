package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dibbler-app/dibbler/build/internal/module"
)

// publishedModules lists the folders of the modules that an author's go command
// downloads. They must have the same version; see [nested.Package].
var publishedModules = []string{".", "build/package"}

// release checks that a version can be published, and prints how. It does not publish it.
func release(args []string) error {
	if len(args) != 1 || !threeNumbers.MatchString(args[0]) {
		return errors.New("give the version as three numbers, such as: go run ./build release 0.2.0")
	}
	r := releaseCheck{version: args[0]}
	if err := r.run(); err != nil {
		return err
	}
	for _, problem := range r.problems {
		fmt.Println(problem)
	}
	if r.problems != nil {
		return fmt.Errorf("%s is not ready: fix the problems above, commit, and try again", r.version)
	}
	fmt.Printf("%s is ready. To publish it:\n\n", r.version)
	for _, tag := range r.tags() {
		fmt.Println("    git tag", tag)
	}
	fmt.Println("    git push origin", strings.Join(r.tags(), " "))
	return nil
}

var threeNumbers = regexp.MustCompile(`^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){2}$`)

// A releaseCheck collects the problems of a version.
type releaseCheck struct {
	version  string
	problems []string
}

// run finds the problems.
func (r *releaseCheck) run() error {
	if err := r.program(); err != nil {
		return err
	}
	for _, dir := range publishedModules {
		if err := r.module(dir); err != nil {
			return err
		}
	}
	return r.git()
}

// against adds a problem with a line of a file.
func (r *releaseCheck) against(file string, line int, format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf("%s:%d: ", filepath.ToSlash(file), line)+fmt.Sprintf(format, args...))
}

// tags returns the tags that publish the modules.
func (r *releaseCheck) tags() []string {
	var tags []string
	for _, dir := range publishedModules {
		tags = append(tags, path.Join(dir, "v"+r.version))
	}
	return tags
}

var versionLine = regexp.MustCompile(`^var version = "(.*)"`)

// program checks that the version of the sample tool is the same.
func (r *releaseCheck) program() error {
	const file = "main.go"
	source, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	i := 0
	for line := range strings.Lines(string(source)) {
		i++
		if found := versionLine.FindStringSubmatch(line); found != nil {
			if found[1] != r.version {
				r.against(file, i, "the program's version is %s, want %s", found[1], r.version)
			}
			return nil
		}
	}
	r.against(file, i, "there is no line that begins with: var version = ")
	return nil
}

// A goMod is the output of go mod edit -json.
type goMod struct {
	Module           struct{ Path string }
	Require, Exclude []struct{ Path, Version string }
	Replace          []struct{ Old struct{ Path string } }
}

// module checks the go.mod in dir. At a version, go run refuses a module whose go.mod has
// lines that apply only to the main module.
func (r *releaseCheck) module(dir string) error {
	file := filepath.Join(dir, "go.mod")
	out, err := exec.Command("go", "mod", "edit", "-json", file).Output()
	if err != nil {
		return fmt.Errorf("go mod edit -json %s: %w", file, err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if want := path.Join(module.Path, filepath.ToSlash(dir)); mod.Module.Path != want {
		r.against(file, lineWith(text, mod.Module.Path), "the module is %s, want %s", mod.Module.Path, want)
	}
	for _, m := range mod.Replace {
		r.against(file, lineWith(text, m.Old.Path, "=>"), "%s is replaced, so go run refuses this module at a version", m.Old.Path)
	}
	for _, m := range mod.Exclude {
		r.against(file, lineWith(text, m.Path, m.Version), "%s %s is excluded, so go run refuses this module at a version", m.Path, m.Version)
	}
	for _, m := range mod.Require {
		if (m.Path == module.Path || strings.HasPrefix(m.Path, module.Path+"/")) && m.Version != "v"+r.version {
			r.against(file, lineWith(text, m.Path, m.Version), "%s is required at %s, want v%s", m.Path, m.Version, r.version)
		}
	}
	return nil
}

// lineWith returns the number of the first line that has all of the words, or 1.
func lineWith(text []byte, words ...string) int {
	i := 0
lines:
	for line := range bytes.Lines(text) {
		i++
		for _, word := range words {
			if !bytes.Contains(line, []byte(word)) {
				continue lines
			}
		}
		return i
	}
	return 1
}

// git checks that everything is committed, and that the version has no tag yet.
func (r *releaseCheck) git() error {
	changed, err := exec.Command("git", "status", "--porcelain").Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	for line := range strings.Lines(string(changed)) {
		state, file := strings.TrimSpace(line[:2]), strings.TrimSpace(line[2:])
		r.problems = append(r.problems, fmt.Sprintf("%s: not committed (%s in git status)", file, state))
	}
	out, err := exec.Command("git", append([]string{"tag", "--list"}, r.tags()...)...).Output()
	if err != nil {
		return fmt.Errorf("git tag: %w", err)
	}
	for _, tag := range strings.Fields(string(out)) {
		r.problems = append(r.problems, "the tag "+strconv.Quote(tag)+" exists already: others may have used it, so choose a later version")
	}
	return nil
}
