package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// firstTool is a program of its own here, so that it is checked and tested with
// everything else.
//
//go:embed new/main.go new/main_test.go
var firstTool embed.FS // its icon is drawn for each tool

// newTool makes an author's first tool in a folder: a module that uses this one.
func newTool(args []string) error {
	if len(args) != 1 {
		return errors.New("want the folder to make, such as: go run ./build new ../greeter")
	}
	root, err := workingDir()
	if err != nil {
		return err
	}
	dir, err := placeFor(args[0], root)
	if err != nil {
		return err
	}
	files, err := toolFiles(dir, root)
	if err != nil {
		return err
	}
	if err := addWorkspace(files, filepath.Dir(dir)); err != nil {
		return err
	}
	if err := writeFolder(dir, files); err != nil {
		return err
	}
	fmt.Printf("Your tool is in %s. Now:\n\n    cd %[1]s\n    go run .\n\nMake main.go your own.\n", args[0])
	return nil
}

// workingDir returns the working directory by its real name: paths from one folder
// to another lead astray where a part is a link.
func workingDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// toolName is what a folder, a module, a program and an App.ID can all be called.
var toolName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// deviceName is a name that Windows takes for a device's, and that the go command
// therefore refuses in the path of a module.
var deviceName = regexp.MustCompile(`^(con|prn|aux|nul|com[1-9]|lpt[1-9])$`)

// placeFor returns the real name of a folder, unless a tool cannot be made there.
func placeFor(dir, root string) (string, error) {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(calledIn, dir)
	}
	parent, name := filepath.Dir(dir), filepath.Base(dir)
	if !toolName.MatchString(name) {
		return "", fmt.Errorf("%q is going to be the tool's name too: want a-z, 0-9 and single hyphens between them, such as my-notes", name)
	}
	if deviceName.MatchString(name) {
		return "", fmt.Errorf("%s is the name of a device on Windows, so that no folder can be called that there and Go refuses it: want another, such as %[1]s-tool", name)
	}
	if name == "dibbler" {
		return "", errors.New("dibbler is the sample tool's name, and tools are told apart by their names: want another")
	}
	parent, err := filepath.EvalSymlinks(parent)
	if err != nil {
		return "", fmt.Errorf("the folder that it is to be in: %w", err)
	}
	dir = filepath.Join(parent, name)
	// The tests of this module would take it for a part of the project.
	if rel, err := filepath.Rel(root, dir); err == nil && filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is in the project's own folder: want one elsewhere, such as ../%s", dir, name)
	}
	entries, err := os.ReadDir(dir)
	if len(entries) > 0 {
		return "", fmt.Errorf("%s is not empty: it has %s; want a new folder", dir, entries[0].Name())
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return dir, nil
}

// toolFiles returns what is in the folder of a new tool, by name.
func toolFiles(dir, root string) (map[string][]byte, error) {
	name := filepath.Base(dir)
	mod, err := toolModule(name, dir, root)
	if err != nil {
		return nil, err
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"go.mod": mod, "go.sum": sums, "icon.png": initialsIcon(name)}
	for _, file := range []string{"main.go", "main_test.go"} {
		if files[file], err = firstTool.ReadFile("new/" + file); err != nil {
			return nil, err
		}
	}
	title := strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "-", " ")
	files["main.go"] = bytes.Replace(files["main.go"], []byte(`"Greeter"`), []byte(strconv.Quote(title)), 1)
	return files, nil
}

// toolModule returns a go.mod that finds this module at root. What that requires
// is in it as well, so that the go command need not write any of it.
func toolModule(name, dir, root string) ([]byte, error) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go mod edit -json: %w", err)
	}
	type module struct{ Path, Version string }
	var ours struct {
		Module  module
		Go      string
		Require []module
	}
	if err := json.Unmarshal(out, &ours); err != nil {
		return nil, err
	}
	to, err := filepath.Rel(dir, root)
	if err != nil { // another drive
		to = root
	}
	slices.SortFunc(ours.Require, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	var mod bytes.Buffer
	fmt.Fprintf(&mod, "module example.com/%s\n\ngo %s\n\n", name, ours.Go)
	fmt.Fprintf(&mod, "require %s v0.0.0\n\nreplace %[1]s => %s\n\nrequire (\n", ours.Module.Path, quoted(filepath.ToSlash(to)))
	for _, r := range ours.Require {
		fmt.Fprintf(&mod, "\t%s %s // indirect\n", r.Path, r.Version)
	}
	mod.WriteString(")\n")
	return mod.Bytes(), nil
}

var goLine = regexp.MustCompile(`(?m)^go .*$`)

// addWorkspace gives a tool a workspace of its own if it is going to be in the folder
// of another one, in which the go command would look for it in vain.
func addWorkspace(files map[string][]byte, parent string) error {
	cmd := exec.Command("go", "env", "GOWORK")
	cmd.Dir = parent
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go env GOWORK: %w", err)
	}
	work := strings.TrimSpace(string(out))
	switch {
	case work == "" || work == "off":
		return nil
	case os.Getenv("GOWORK") != "":
		return fmt.Errorf("the environment variable GOWORK names the workspace %s, which the tool is not in: unset it, and try again", work)
	}
	files["go.work"] = fmt.Appendf(nil, "// Without this file, Go would look for the tool in %s.\n%s\n\nuse .\n", work, goLine.Find(files["go.mod"]))
	return nil
}

// quoted returns a path as go.mod files want it.
func quoted(path string) string {
	if strings.ContainsAny(path, " \"'`()[]{},") {
		return strconv.Quote(path)
	}
	return path
}

// writeFolder makes a folder with files, or nothing at all.
func writeFolder(dir string, files map[string][]byte) (err error) {
	unfinished, err := os.MkdirTemp(filepath.Dir(dir), ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(unfinished))
		}
	}()
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(unfinished, name), text, 0o644); err != nil {
			return err
		}
	}
	// It may be there, and empty.
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(unfinished, dir)
}
