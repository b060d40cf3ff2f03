package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
)

// checkFormat fails when gofmt would change a Go file below root, and names each.
func checkFormat(root string) error {
	wrong := 0
	err := walk(root, func(path string) error {
		if filepath.Ext(path) != ".go" {
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
		return fmt.Errorf("%d files are not as gofmt writes them: run gofmt -w on them", wrong)
	}
	return nil
}
