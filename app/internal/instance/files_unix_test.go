//go:build unix

package instance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStart_readOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("not for root, who can write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, _, err := Start(t.Context(), []string{dir}, say("open"), nil)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "must be writable") {
		t.Errorf("got %v", err)
	}
}

func TestStart_privateFiles(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	for _, name := range []string{lockName, addressName} {
		if stat, err := os.Stat(filepath.Join(dir, name)); err != nil || stat.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, stat.Mode(), err)
		}
	}
}
