package main

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestModules(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/b/go.mod":          "",
		"go.mod":              "",
		"zebra.go":            "",
		"a/testdata/go.mod":   "",
		".git/modules/go.mod": "",
		"_old/go.mod":         "",
		"a/go.mod/file":       "",
	})
	got, err := modules(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{dir, filepath.Join(dir, "a", "b")}
	if !slices.Equal(got, want) {
		t.Errorf("modules %q, want %q", got, want)
	}
}

func TestModules_noFolder(t *testing.T) {
	if _, err := modules(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no error")
	}
}
