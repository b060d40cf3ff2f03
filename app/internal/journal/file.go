package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"gopkg.in/natefinch/lumberjack.v2"
)

// A file is a log file that is rotated at 1 MiB; one old file is kept. If
// somebody removes the file or its folder, the next line makes them again.
//
// lumberjack orders the old files by the times in their names, so a clock that is
// set back can cost the old file, but not the current one. On a full disk, half a
// line may stay.
type file struct {
	path string

	mu     sync.Mutex
	logger *lumberjack.Logger
	opened os.FileInfo // the file that the logger has open, or opens next
}

func newFile(path string) *file {
	return &file{path: path, logger: &lumberjack.Logger{Filename: path, MaxSize: 1 /* MiB */, MaxBackups: 1}}
}

// Write adds a line.
func (f *file) Write(line []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.reopen(); err != nil {
		return 0, err
	}
	return f.logger.Write(line)
}

// check returns why no line could be written, except for a full disk.
func (f *file) check() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reopen()
}

// Close closes the file. A later Write opens it again.
func (f *file) Close() error { return f.logger.Close() }

// reopen makes sure that the file exists, and that it is the one that the logger
// has open. A file that the logger has just created is opened again for appending,
// because the browser's opener writes to it too.
func (f *file) reopen() error {
	if info, err := os.Stat(f.path); err == nil && f.opened != nil && os.SameFile(info, f.opened) {
		return nil
	}
	_ = f.logger.Close() // nothing that was written depends on it
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	appended, err := Append(f.path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w; remove it or make it writable", err)
	}
	if err != nil {
		return err
	}
	defer appended.Close()
	f.opened, err = appended.Stat()
	return err
}

// Append opens the log at path for another process, which adds to it.
func Append(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
