package main

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// modules returns the folders with a go.mod, root itself first.
func modules(root string) ([]string, error) {
	var dirs []string
	err := walk(root, func(path string) error {
		if filepath.Base(path) == "go.mod" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return nil
	})
	return dirs, err
}

// walk calls visit for every file below root, except in folders that the go command
// ignores: testdata, and folders whose names begin with a dot or an underscore. The files
// of a folder come before the files of its subfolders.
func walk(root string, visit func(path string) error) error {
	var below []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || path == root:
			return err
		case !d.IsDir():
			return visit(path)
		case d.Name() != "testdata" && !strings.HasPrefix(d.Name(), ".") && !strings.HasPrefix(d.Name(), "_"):
			below = append(below, path)
		}
		return fs.SkipDir
	})
	if err != nil {
		return err
	}
	for _, dir := range below {
		if err := walk(dir, visit); err != nil {
			return err
		}
	}
	return nil
}
