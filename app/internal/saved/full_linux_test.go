package saved

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
		t.Skip("not for ordinary users: it needs root, to mount a small disk")
	}
	if err := syscall.Mount("full", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("needs the permission to mount:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "plan.json")
	s := open(t, path, plan{})
	update(t, s, func(p *plan) { p.Minutes = 1 })
	ballast, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	ballast.Close()
	change := func(p *plan) error { p.Minutes++; return nil }
	if err := s.Update(change); !errors.Is(err, syscall.ENOSPC) || s.Get().Minutes != 1 {
		t.Errorf("got %v, want no space left; %+v", err, s.Get())
	}
	holds(t, path, `{"minutes": 1}`)
	ok(t, os.Remove(ballast.Name()))
	if err := s.Update(change); err != nil || s.Get().Minutes != 2 {
		t.Errorf("%v, %+v", err, s.Get())
	}
}
