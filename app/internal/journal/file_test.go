package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// newTestFile returns a file in a new folder. It is closed when the test ends.
func newTestFile(t *testing.T) *file {
	l := newFile(filepath.Join(t.TempDir(), "state", fileName))
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func (f *file) add(t *testing.T, line string) {
	t.Helper()
	if n, err := f.Write([]byte(line)); n != len(line) || err != nil {
		t.Fatal(n, err)
	}
}

// holds fails the test unless the file at path contains text.
func holds(t *testing.T, path, text string) {
	t.Helper()
	if got, err := os.ReadFile(path); string(got) != text || err != nil {
		t.Errorf("%s: %.100q, %v, want %.100q", path, got, err, text)
	}
}

func TestFileRotates(t *testing.T) {
	l := newTestFile(t)
	for _, filling := range []string{"x", "y", "z"} {
		l.add(t, strings.Repeat(filling, 1<<20-100)+"\n")
		l.add(t, strings.Repeat("a line of its own ", 10)+"\n")
		// A browser's output comes from another process.
		other, err := Append(l.path)
		if err != nil {
			t.Fatal(err)
		}
		other.WriteString("other\n")
		other.Close()
		l.add(t, "last\n")
		holds(t, l.path, strings.Repeat("a line of its own ", 10)+"\nother\nlast\n")
		holds(t, l.oldPath(), strings.Repeat(filling, 1<<20-100)+"\n")
		if err := os.Truncate(l.path, 0); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(filepath.Dir(l.path)); len(files) != 2 || err != nil {
		t.Errorf("the folder has %v, %v; want the log and the old log", files, err)
	}
}

// If the file cannot be rotated, Write returns an error, and succeeds once it can.
func TestFileRotates_fails(t *testing.T) {
	l := newTestFile(t)
	l.add(t, strings.Repeat("x", maxSize))
	if err := os.MkdirAll(filepath.Join(l.oldPath(), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Write([]byte("line\n")); n != 0 || err == nil {
		t.Errorf("Write returns %d, %v, want an error", n, err)
	}
	if err := os.RemoveAll(l.oldPath()); err != nil {
		t.Fatal(err)
	}
	l.add(t, "line\n")
	holds(t, l.path, "line\n")
}

func TestFileIsCreatedAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not for Windows, which cannot remove open files")
	}
	l := newTestFile(t)
	folder := filepath.Dir(l.path)
	for name, remove := range map[string]func() error{
		"its folder":   func() error { return os.RemoveAll(folder) },
		"it":           func() error { return os.Remove(l.path) },
		"its old name": func() error { return os.Rename(l.path, l.path+".moved") },
		"its content":  func() error { return errors.Join(os.Remove(l.path), os.WriteFile(l.path, nil, 0o600)) },
	} {
		l.add(t, "before\n")
		if err := remove(); err != nil {
			t.Fatal(name, err)
		}
		l.add(t, name+" was removed\n")
		holds(t, l.path, name+" was removed\n")
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
	l.add(t, "private\n")
	for path, want := range map[string]fs.FileMode{folder: fs.ModeDir | 0o700, l.path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

func TestJournalRecovers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	j := Open(dir, false, &stderr)
	log := j.Logger()
	log.Info("first")
	log.Info("second")
	if err := j.Retry(); err == nil {
		t.Error("Err returns nil")
	}
	said := stderr.String()
	if strings.Count(said, "cannot write the log file; logging to standard error") != 1 || !strings.Contains(said, "first") || !strings.Contains(said, "second") {
		t.Errorf("standard error: %s", said)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := j.Retry(); err != nil {
		t.Error(err)
	}
	log.Info("third")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := j.Tail(1000)
	if err != nil || !strings.Contains(string(text), "lines are missing before this one") || !strings.Contains(string(text), "third") {
		t.Errorf("%s, %v", text, err)
	}
	if strings.Contains(stderr.String(), "third") {
		t.Errorf("standard error: %s", &stderr)
	}
}
