//go:build unix

package main

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestWork_odd: names that only Unix allows, special files, and unreadable files.
func TestWork_odd(t *testing.T) {
	dir := tree(t, map[string]string{"new\nline": "abc", `back\slash`: "abc", "closed/file": "abc", "private": "abc"})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"back\\slash ba78 ", "closed  cannot be read: permission denied", "new\nline ba78 ", "pipe  not a regular file", "private  cannot be read: permission denied"}
	if os.Geteuid() == 0 { // root may read everything
		want[1], want[4] = "closed/file ba78 ", "private ba78 "
	}
	for name, mode := range map[string]os.FileMode{"closed": 0, "private": 0} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "closed"), 0o700) })
	if got := run(t, &Work{Folder: dir}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
