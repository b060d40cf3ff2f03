package app

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

// A logFile is a file that lines are added to. When it has grown to 1 MiB, it gets
// another name, and a new one begins; one old file is kept. Somebody may remove the
// file or its folder meanwhile: the next line makes them again.
//
// The old files go by the times in their names. A clock that is set back can cost
// the old file, but not the present one. On a full disk, half a line may stay.
type logFile struct {
	path string

	mu     sync.Mutex
	logger *lumberjack.Logger
	at     os.FileInfo // of the file that the logger has open, or is to open
}

func newLogFile(path string) *logFile {
	return &logFile{path: path, logger: &lumberjack.Logger{Filename: path, MaxSize: 1 /* MiB */, MaxBackups: 1}}
}

// Write adds a line.
func (l *logFile) Write(line []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ready(); err != nil {
		return 0, err
	}
	return l.logger.Write(line)
}

// try finds out whether a line could be written, except for the room that it takes.
func (l *logFile) try() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ready()
}

// Close closes the file. What is written later opens it again.
func (l *logFile) Close() error { return l.logger.Close() }

// ready sees to it that there is a file, and that it is the one that the logger has
// open. It also has the logger open anew a file that it has just begun: it does not
// expect that anybody else adds to that, as the browser does.
func (l *logFile) ready() error {
	if info, err := os.Stat(l.path); err == nil && l.at != nil && os.SameFile(info, l.at) {
		return nil
	}
	_ = l.logger.Close() // nothing that was written waits for this
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
	defer file.Close()
	l.at, err = file.Stat()
	return err
}

func appendTo(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}
