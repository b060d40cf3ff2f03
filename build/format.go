package main

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checkFormat returns an error if gofmt would change a Go file below root, and prints the
// names of these files. Unlike the go command, it includes folders whose names begin with
// an underscore, such as the templates of dibble new.
func checkFormat(root string) error {
	wrong := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		formatted, err := format.Source(src)
		switch {
		case err != nil:
			fmt.Printf("%s: %v\n", path, err)
			wrong++
		case !bytes.Equal(src, formatted):
			fmt.Println(path)
			wrong++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%d files are not formatted: run gofmt -w on them", wrong)
	}
	return nil
}
