package dev

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// sources are the packages of a tool that its author may change.
type sources struct {
	root     string // the folder of the tool's module
	main     string // the folder of its main package
	packages []sourcePackage
}

// A sourcePackage is a package of the tool's module, of another module in its workspace,
// or of a module that go.mod replaces with a folder.
type sourcePackage struct {
	dir      string
	path     string // the import path
	vetted   bool   // whether it belongs to the tool's module
	embedded map[string]bool
	patterns []embedPattern
}

// A listed is a package in the output of go list.
type listed struct {
	Dir, ImportPath, Name string
	GoFiles, CgoFiles     []string
	EmbedPatterns         []string
	EmbedFiles            []string
	Module                *listedModule
}

type listedModule struct {
	Dir     string
	Main    bool
	Replace *struct{ Version string }
}

// isLocal reports whether the author may change the module.
func (m *listedModule) isLocal() bool {
	return m != nil && (m.Main || m.Replace != nil && m.Replace.Version == "")
}

// findTool returns the sources of the tool in folder. The main package is in the folder
// itself, or it is the only one below it.
func findTool(ctx context.Context, folder string) (*sources, error) {
	packages, err := list(ctx, folder, "-deps", ".")
	if err != nil {
		return nil, err
	}
	if len(packages) > 0 {
		if p := packages[len(packages)-1]; p.Name == "main" || p.Name == "" && len(p.GoFiles) > 0 {
			return newSources(packages)
		}
	}
	below, err := list(ctx, folder, "./...")
	if err != nil {
		return nil, err
	}
	var mains []string
	for _, p := range below {
		if p.Name == "main" {
			mains = append(mains, p.Dir)
		}
	}
	switch len(mains) {
	case 0:
		return nil, fmt.Errorf("there is no main package in %s or below it; run this in the tool's folder", folder)
	case 1:
		return readSources(ctx, mains[0])
	}
	for i, dir := range mains {
		if rel, err := filepath.Rel(folder, dir); err == nil {
			mains[i] = rel
		}
	}
	return nil, fmt.Errorf("there are several main packages; choose a folder: dibble dev %s", strings.Join(mains, ", or dibble dev "))
}

// readSources returns the sources of the tool whose main package is in folder.
func readSources(ctx context.Context, folder string) (*sources, error) {
	packages, err := list(ctx, folder, "-deps", ".")
	if err != nil {
		return nil, err
	}
	return newSources(packages)
}

// newSources returns the sources in packages. The last one is the main package.
func newSources(packages []listed) (*sources, error) {
	if len(packages) == 0 {
		return nil, errors.New("the go command lists no packages")
	}
	main := packages[len(packages)-1]
	if main.Module == nil {
		return nil, fmt.Errorf("%s is not in a module; make one with go mod init", main.Dir)
	}
	s := &sources{root: main.Module.Dir, main: main.Dir}
	for _, p := range packages {
		if !p.Module.isLocal() {
			continue
		}
		own := sourcePackage{dir: p.Dir, path: p.ImportPath, vetted: p.Module.Dir == s.root, embedded: map[string]bool{}}
		for _, file := range p.EmbedFiles {
			own.embedded[file] = true
		}
		if len(p.EmbedPatterns) > 0 {
			own.patterns = embedPatterns(p)
		}
		s.packages = append(s.packages, own)
	}
	return s, nil
}

// list runs go list. It includes packages with errors, which the build will report.
func list(ctx context.Context, folder string, args ...string) ([]listed, error) {
	cmd := goCommand(ctx, folder, append([]string{"list", "-e", "-json=Dir,ImportPath,Name,GoFiles,CgoFiles,EmbedPatterns,EmbedFiles,Module"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, exec.ErrNotFound) {
			return nil, errors.New("the go command was not found; install Go, or put its folder into PATH")
		}
		if strings.Contains(stderr.String(), "go.mod file not found") {
			return nil, fmt.Errorf("there is no go.mod in %s or above it; run this in the tool's folder", folder)
		}
		return nil, fmt.Errorf("%s: %w: %s", cmd, err, strings.TrimSpace(stderr.String()))
	}
	var packages []listed
	for d := json.NewDecoder(&stdout); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", cmd, err)
		}
		packages = append(packages, p)
	}
}
