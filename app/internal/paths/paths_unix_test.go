//go:build !windows

package paths

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestCheck_unreadable(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []Kind{File, Save} {
		if note, problem := Check(pipe, kind); note != "" || problem != "This is not a file that can be read or written." {
			t.Errorf("%s: %q, %q", kind, note, problem)
		}
	}
	if os.Geteuid() == 0 {
		t.Skip("not for root, who can read everything")
	}
	for _, path := range []string{filepath.Join(dir, "closed"), filepath.Join(dir, "secret")} {
		if err := os.WriteFile(path, nil, 0); err != nil {
			t.Fatal(err)
		}
		if note, problem := Check(path, File); note != "" || !strings.Contains(problem, "permission denied") {
			t.Errorf("%q, %q", note, problem)
		}
	}
}
