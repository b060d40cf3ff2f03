package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// findModule sets the folder of the module. It returns an error if there is no program.
func (p *packaging) findModule() error {
	out, err := output(p.goCommand("list", "-json=Name,Module", "."))
	if err != nil {
		return err
	}
	var found struct {
		Name   string
		Module struct{ Dir string }
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return err
	}
	if found.Name != "main" {
		return fmt.Errorf("%s has package %s, which is not main: name the folder of package main", p.root, found.Name)
	}
	p.module = found.Module.Dir
	return nil
}

// findDate returns the date that all packaged files carry, so that the same source makes
// the same packages at any time: that of the last commit, if there is one.
func (p *packaging) findDate() (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		git := p.command("git", "-c", "log.showSignature=false", "log", "-1", "--format=%ct")
		git.Dir = p.root
		git.Env = append(os.Environ(), "LC_ALL=C")
		out, err := git.Output()
		if err != nil { // no git, no repository or no commit
			if exit, ok := errors.AsType[*exec.ExitError](err); ok && !bytes.Contains(exit.Stderr, []byte("not a git repository")) {
				p.remark("the packages have today's date, because git does not say when the last commit was made: %s", bytes.TrimSpace(exit.Stderr))
			}
			return time.Now().UTC().Truncate(24 * time.Hour), nil
		}
		seconds = strings.TrimSpace(string(out))
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH=%q: want seconds since 1970", seconds)
	}
	return time.Unix(n, 0).UTC(), nil
}

// where returns the place in the program's source that sets a field of app.App, app.About or
// app.Opens, or could set it, as the beginning of an error. It returns "" if there is none.
func (p *packaging) where(kind, field string) (place string) {
	entries, err := os.ReadDir(p.root)
	if err != nil {
		return ""
	}
	files := token.NewFileSet()
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(files, filepath.Join(p.root, e.Name()), nil, 0)
		if err != nil {
			continue
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if found := set(n, kind, field); found != nil {
				at := files.Position(found.Pos())
				place = fmt.Sprintf("%s:%d: ", short(at.Filename), at.Line)
			}
			return true
		})
	}
	return place
}

// set returns the part of n that sets a field of a struct of package app, or n itself if
// it is such a struct without the field, and otherwise nil.
func set(n ast.Node, kind, field string) ast.Node {
	literal, ok := n.(*ast.CompositeLit)
	if !ok {
		return nil
	}
	if of, ok := literal.Type.(*ast.SelectorExpr); !ok || of.Sel.Name != kind {
		return nil
	}
	for _, e := range literal.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == field {
				return pair
			}
		}
	}
	return literal
}

// short returns a path relative to the working directory, if it is below that.
func short(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}
