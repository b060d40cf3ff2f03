package atomicfile

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// want fails the test unless the file has this content and its folder no other files.
func want(t *testing.T, path, content string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != content {
		t.Errorf("the file has %q, %v, want %q", got, err, content)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("in the folder: %v, %v, want one file", entries, err)
	}
}

func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file [x-z]{}")
	for _, content := range []string{"old and long", "new", ""} {
		if err := Write(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		want(t, path, content)
	}
}

func TestWrite_permissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows, which has no such permissions")
	}
	path := filepath.Join(t.TempDir(), "file")
	for _, perm := range []fs.FileMode{0o666, 0o600, 0o644} {
		if err := Write(path, nil, perm); err != nil {
			t.Fatal(err)
		}
		if stat, err := os.Stat(path); err != nil || stat.Mode() != perm {
			t.Errorf("mode is %v, %v, want %v", stat.Mode(), err, perm)
		}
	}
}

func TestWrite_link(t *testing.T) {
	target, link := filepath.Join(t.TempDir(), "target"), filepath.Join(t.TempDir(), "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("not for systems without symbolic links:", err)
	}
	if err := Write(link, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, target, "new")
	if stat, err := os.Lstat(link); err != nil || stat.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is gone: %v, %v", stat, err)
	}
}

func TestWrite_failed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, []byte("x"), 0o600); err == nil {
		t.Error("a folder was replaced by a file")
	}
	if err := Write(filepath.Join(path, "missing", "file"), nil, 0o600); err == nil {
		t.Error("wrote into a folder that does not exist")
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("in the folder: %v, %v", entries, err)
	}
}

func TestWrite_leftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	old, fresh, other := filepath.Join(dir, ".file.new-1"), filepath.Join(dir, ".file.new-2"), filepath.Join(dir, ".other.new-1")
	future := filepath.Join(dir, ".file.new-3") // the clock was set back
	for _, name := range []string{old, fresh, other, future} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	yesterday := time.Now().Add(-24 * time.Hour)
	for _, name := range []string{old, other} {
		if err := os.Chtimes(name, yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(future, tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, kept := range map[string]bool{old: false, fresh: true, other: true, future: false} {
		if _, err := os.Lstat(name); (err == nil) != kept {
			t.Errorf("%s: %v, want kept: %v", name, err, kept)
		}
	}
}

func TestWrite_concurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := Write(path, content(0), 0o600); err != nil {
		t.Fatal(err)
	}
	const writers, writes = 4, 50
	var group sync.WaitGroup
	written := make(chan struct{})
	for i := range writers {
		group.Go(func() {
			for range writes {
				if err := Write(path, content(i), 0o600); err != nil {
					t.Error(err)
				}
				written <- struct{}{}
			}
		})
	}
	go func() { group.Wait(); close(written) }()
	for range written { // while the other writers continue
		got, err := os.ReadFile(path)
		if isBusy(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, content(int(got[0]-'0'))) {
			t.Fatalf("read incomplete or mixed content: %d bytes", len(got))
		}
	}
}

// content returns the content that writer i writes, with a length of its own.
func content(i int) []byte {
	return []byte(strings.Repeat(fmt.Sprint(i), 5000*(i+1)))
}
