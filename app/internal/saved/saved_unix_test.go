//go:build unix

package saved

import (
	"os"
	"testing"
)

func TestUpdate_private(t *testing.T) {
	path := file(t, `{}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	update(t, open(t, path, plan{}), func(p *plan) { p.Minutes = 1 })
	for _, path := range []string{path, backupOf(path)} {
		if stat, err := os.Stat(path); err != nil || stat.Mode() != 0o600 {
			t.Errorf("%s: mode is %v, %v, want -rw-------", path, stat.Mode(), err)
		}
	}
}
