//go:build unix

package instance

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStart_privateFiles(t *testing.T) {
	dir := t.TempDir()
	start(t, dir)
	for _, name := range []string{lockName, addressName} {
		if stat, err := os.Stat(filepath.Join(dir, name)); err != nil || stat.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, stat.Mode(), err)
		}
	}
}
