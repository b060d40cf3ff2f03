package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// maxLog is how large a log file becomes, in bytes. There is an old one as well.
const maxLog = 1 << 20

// A logFile is a file that lines are added to. When it has grown, it takes the
// place of the old one, and a new one begins. Whatever happens to it meanwhile, the
// next line is written if it can be: somebody may remove the file or its folder,
// and the disk may be full for a time.
type logFile struct {
	path string

	mu   sync.Mutex
	file *os.File // nil: not open
}

// Write adds a line, all of it or nothing.
func (l *logFile) Write(line []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	size, err := l.ready(len(line))
	if err != nil {
		return 0, err
	}
	n, err = l.file.Write(line)
	if err != nil && n > 0 {
		// Where this fails, too, half a line stays.
		_ = l.file.Truncate(size)
	}
	return n, err
}

// try finds out whether a line could be written, except for the room that it takes.
func (l *logFile) try() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.ready(0)
	return err
}

func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.close()
}

func (l *logFile) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// ready sees to it that the file is open, at its place and has room for n bytes, and
// returns its size.
func (l *logFile) ready(n int) (size int64, err error) {
	info, err := os.Stat(l.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, l.open()
	case err != nil:
		return 0, err
	case info.Size() > 0 && info.Size()+int64(n) > maxLog:
		return 0, l.turn()
	case l.file == nil || !l.is(info):
		return info.Size(), l.open()
	}
	return info.Size(), nil
}

// is reports whether the open file is the one of info.
func (l *logFile) is(info fs.FileInfo) bool {
	open, err := l.file.Stat()
	return err == nil && os.SameFile(open, info)
}

// open opens the file anew, and makes what of it is missing.
func (l *logFile) open() error {
	_ = l.close() // nothing that was written waits for this
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return err
	}
	file, err := appendTo(l.path)
	if errors.Is(err, syscall.EISDIR) || errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w; remove it or make it writable", err)
	}
	if err != nil {
		return err
	}
	l.file = file
	return nil
}

// turn makes the file the old one and begins a new one. Where the file cannot be
// renamed, such as while a browser on Windows prints to it, it goes on growing.
func (l *logFile) turn() error {
	_ = l.close()
	_ = os.Rename(l.path, l.old())
	return l.open()
}

// old is where the file before this one is kept.
func (l *logFile) old() string {
	ext := filepath.Ext(l.path)
	return l.path[:len(l.path)-len(ext)] + ".old" + ext
}

func appendTo(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
