package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// logName is the log's file in the state folder.
const logName = "log.txt"

// A journal is the program's log: a file, and standard error beside it or where
// the file cannot be written.
type journal struct {
	file    *logFile
	stderr  io.Writer
	verbose bool

	mu      sync.Mutex
	problem error // why the last line is not in the file; nil: it is
}

// openJournal makes a journal in dir the default of log/slog. If verbose, what is
// written to it also goes to stderr, and there is more of it.
func openJournal(dir string, verbose bool, stderr io.Writer) *journal {
	j := &journal{file: newLogFile(filepath.Join(dir, logName)), stderr: stderr, verbose: verbose}
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	j.note(j.file.try())
	slog.SetDefault(slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: level})))
	return j
}

// Write writes a line. It does not fail: log/slog would keep to itself why.
func (j *journal) Write(line []byte) (int, error) {
	_, err := j.file.Write(line)
	j.note(err)
	if err != nil || j.verbose {
		_, _ = j.stderr.Write(line) // there may be no standard error
	}
	return len(line), nil
}

// note notes whether the file can be written, and says so where it no longer can.
func (j *journal) note(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && j.problem == nil {
		fmt.Fprintf(j.stderr, "the log cannot be written and goes here: %v\n", err)
	}
	j.problem = err
}

// unwritten returns why the file cannot be written, or nil if it can. Where it
// could not, it is tried again, with a line that tells of those that are missing.
func (j *journal) unwritten() error {
	if err := j.last(); err != nil {
		slog.Warn("lines are missing before this one", "because", err)
	}
	return j.last()
}

func (j *journal) last() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.problem
}

// path is the file's.
func (j *journal) path() string { return j.file.path }

// close closes the file. What is logged later opens it again.
func (j *journal) close() error { return j.file.Close() }

// tail returns the last part of the log, of at most n bytes, from the beginning
// of a line on.
func (j *journal) tail(n int64) (text []byte, err error) {
	f, err := os.Open(j.path())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	skip := max(0, info.Size()-n)
	text, err = io.ReadAll(io.NewSectionReader(f, skip, n))
	if skip > 0 {
		for i, b := range text {
			if b == '\n' {
				return text[i+1:], err
			}
		}
	}
	return text, err
}
