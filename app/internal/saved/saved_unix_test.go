//go:build unix

package saved

import (
	"io"
	"os"
	"testing"
)

// Update replaces the file with a private one. A process that has opened the old file can
// read the old content.
func TestUpdate_replaced(t *testing.T) {
	path := file(t, `{}`)
	ok(t, os.Chmod(path, 0o644))
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	update(t, open(t, path, plan{}), func(p *plan) { p.Minutes = 1 })
	if text, err := io.ReadAll(old); string(text) != `{}` || err != nil {
		t.Errorf("the old file has %q, %v", text, err)
	}
	for _, path := range []string{path, backupOf(path)} {
		if stat, err := os.Stat(path); err != nil || stat.Mode() != 0o600 {
			t.Errorf("%s: mode is %v, %v, want -rw-------", path, stat.Mode(), err)
		}
	}
}
