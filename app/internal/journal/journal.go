// Package journal keeps the program's log in a file.
package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

const fileName = "log.txt"

// A Journal is the program's log. It writes to a file, or to standard error while the
// file cannot be written. Its methods may be called concurrently. Make one with [Open].
type Journal struct {
	file    *file
	logger  *slog.Logger
	stderr  io.Writer
	verbose bool

	mu      sync.Mutex
	problem error  // why the latest line is not in the file, or nil
	next    func() // see AfterNext
}

// Open returns the journal in the folder dir. If the file cannot be written, Open prints
// that to stderr; see [Journal.Err]. If verbose is true, the log includes messages of
// level debug, and all messages also go to stderr.
func Open(dir string, verbose bool, stderr io.Writer) *Journal {
	j := &Journal{file: newFile(filepath.Join(dir, fileName)), stderr: stderr, verbose: verbose}
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	j.logger = slog.New(slog.NewTextHandler(lines{j}, &slog.HandlerOptions{Level: level}))
	j.setErr(j.file.check())
	return j
}

// Check returns the path of the log in the folder dir, and an error if it is not writable.
func Check(dir string) (path string, err error) {
	f := newFile(filepath.Join(dir, fileName))
	return f.path, errors.Join(f.check(), f.Close())
}

// Logger returns the logger that writes to the journal.
func (j *Journal) Logger() *slog.Logger { return j.logger }

// Path returns the path of the file.
func (j *Journal) Path() string { return j.file.path }

// lines writes the logger's lines to the journal.
type lines struct{ journal *Journal }

// Write never fails, because log/slog would not report it.
func (l lines) Write(line []byte) (int, error) {
	j := l.journal
	_, err := j.file.Write(line)
	j.setErr(err)
	if err != nil || j.verbose {
		_, _ = j.stderr.Write(line) // there may be no standard error
	}
	if f := j.takeNext(); f != nil {
		f()
	}
	return len(line), nil
}

// AfterNext calls f once, after the next line. f must not log. A later call replaces f.
func (j *Journal) AfterNext(f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next = f
}

// takeNext returns the function of AfterNext, and forgets it.
func (j *Journal) takeNext() (f func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	f, j.next = j.next, nil
	return f
}

// setErr records the result of writing to the file, and prints the first failure.
func (j *Journal) setErr(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && j.problem == nil {
		fmt.Fprintf(j.stderr, "cannot write the log file; logging to standard error: %v\n", err)
	}
	j.problem = err
}

// Err returns why the latest line could not be written to the file, or nil.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.problem
}

// Retry is like Err. If the file could not be written, it first tries again, with a line
// that says that lines are missing.
func (j *Journal) Retry() error {
	if err := j.Err(); err != nil {
		j.logger.Warn("lines are missing before this one", "because", err)
	}
	return j.Err()
}

// Close closes the file. A line that is logged later opens it again.
func (j *Journal) Close() error { return j.file.Close() }

// Tail returns the last lines of the log, at most n bytes. If the new file has less, the
// lines begin in the old file. If there is no file, the error is [io/fs.ErrNotExist].
func (j *Journal) Tail(n int64) (text []byte, err error) {
	text, whole, err := tail(j.Path(), n)
	if err != nil || !whole {
		return text, err
	}
	if old, _, err := tail(j.file.oldPath(), n-int64(len(text))); err == nil { // most logs have no old file
		text = append(old, text...)
	}
	return text, nil
}

// tail returns the last lines of the file at path, at most n bytes, and reports whether
// that is the whole file.
func tail(path string, n int64) (text []byte, whole bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	skip := max(0, info.Size()-n)
	text, err = io.ReadAll(io.NewSectionReader(f, skip, n))
	if skip > 0 {
		if _, rest, ok := bytes.Cut(text, []byte("\n")); ok {
			text = rest
		}
	}
	return text, skip == 0, err
}
