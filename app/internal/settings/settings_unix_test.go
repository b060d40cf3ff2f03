//go:build unix

package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpen_readOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("not for root, who can write everywhere")
	}
	path := file(t, `{"port": `)
	if err := os.Chmod(filepath.Dir(path), 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o700) })
	store, warnings := Open(path)
	if len(warnings) != 1 || !strings.Contains(warnings[0], "cannot be renamed") {
		t.Errorf("warnings: %q", warnings)
	}
	if err := store.Update(func(v *Values) { v.Port = 8001 }); err == nil || store.Values().Port != 8001 {
		t.Errorf("got %v, %+v", err, store.Values())
	}
}
