package settings

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestUpdate_fullDisk(t *testing.T) {
	dir := t.TempDir()
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can mount a small disk")
	}
	if err := syscall.Mount("full", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("a small disk takes the right to mount:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "settings.json")
	store, _ := Open(path)
	if err := store.Update(func(v *Values) { v.Port = 8001 }); err != nil {
		t.Fatal(err)
	}
	ballast, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	ballast.Close()
	if err := store.Update(func(v *Values) { v.Port = 8002 }); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want no space left", err)
	}
	if got := store.Values().Port; got != 8002 {
		t.Errorf("in memory: %d, want 8002", got)
	}
	if got := objectIn(t, path)["port"]; got != 8001.0 {
		t.Errorf("on the disk: %v, want 8001", got)
	}
	if err := os.Remove(ballast.Name()); err != nil {
		t.Fatal(err)
	}
	if err := store.Update(func(*Values) {}); err != nil {
		t.Error(err)
	}
	if got := objectIn(t, path)["port"]; got != 8002.0 {
		t.Errorf("on the disk, with space again: %v, want 8002", got)
	}
}
