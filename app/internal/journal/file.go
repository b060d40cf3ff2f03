package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// maxSize is the maximum size of a log file, in bytes.
const maxSize = 1 << 20

// A file is a log file. When it is full, it replaces the old file beside it. If the file
// or its folder was removed, the next line makes it again. On a full disk, a part of a
// line may be written.
type file struct {
	path string

	mu     sync.Mutex
	opened *os.File // nil if it is not open
}

func newFile(path string) *file { return &file{path: path} }

// oldPath returns the path of the old file.
func (f *file) oldPath() string { return strings.TrimSuffix(f.path, ".txt") + ".old.txt" }

// Write adds a line.
func (f *file) Write(line []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	size, err := f.open()
	if err == nil && size > 0 && size+int64(len(line)) > maxSize {
		err = f.rotate()
	}
	if err != nil {
		return 0, err
	}
	return f.opened.Write(line)
}

// check returns an error if lines cannot be written. It does not notice a full disk.
func (f *file) check() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.open()
	return err
}

// Close closes the file. A later Write opens it again.
func (f *file) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.close()
}

func (f *file) close() error {
	if f.opened == nil {
		return nil
	}
	err := f.opened.Close()
	f.opened = nil
	return err
}

// open makes sure that the file at path is open, and returns its size.
func (f *file) open() (size int64, err error) {
	if f.opened != nil {
		there, err := os.Stat(f.path)
		opened, openedErr := f.opened.Stat()
		if err == nil && openedErr == nil && os.SameFile(there, opened) {
			return there.Size(), nil
		}
		_ = f.close() // the file was removed
	}
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return 0, err
	}
	f.opened, err = Append(f.path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w; remove it or make it writable", err)
	}
	if err != nil {
		return 0, err
	}
	there, err := f.opened.Stat()
	if err != nil {
		return 0, err
	}
	return there.Size(), nil
}

// rotate renames the file to the old file, and opens a new one.
func (f *file) rotate() error {
	if err := f.close(); err != nil { // Windows cannot rename an open file
		return err
	}
	if err := os.Rename(f.path, f.oldPath()); err != nil {
		return err
	}
	_, err := f.open()
	return err
}

// Append opens the log at path for another process to append to.
func Append(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
