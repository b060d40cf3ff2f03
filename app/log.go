package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// logName is the log's file in the state folder.
const logName = "log.txt"

// A journal is the program's log: a file that is replaced when it has grown, with
// the one before it kept.
type journal struct {
	path string
	file *lumberjack.Logger
}

// openJournal makes a journal in dir the default of log/slog. If verbose, what is
// written to it also goes to stderr, and there is more of it. If its file cannot
// be written, for which err is why, it is stderr alone.
func openJournal(dir string, verbose bool, stderr io.Writer) (j *journal, err error) {
	path := filepath.Join(dir, logName)
	j = &journal{path: path, file: &lumberjack.Logger{Filename: path, MaxSize: 1 /* MiB */, MaxBackups: 1}}
	var to io.Writer = j.file
	level := slog.LevelInfo
	if verbose {
		to = io.MultiWriter(j.file, stderr) // in this order: there may be no standard error
		level = slog.LevelDebug
	}
	if err = j.tryWriting(); err != nil {
		to = stderr
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level})))
	return j, err
}

// tryWriting finds out whether the file can be written, which slog would keep to
// itself.
func (j *journal) tryWriting() error {
	f, err := appendTo(j.path)
	if err != nil {
		return fmt.Errorf("%w; remove it or make it writable", err)
	}
	return f.Close()
}

func appendTo(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// close closes the file. What is logged later opens it again.
func (j *journal) close() error { return j.file.Close() }

// tail returns the last part of the log, of at most n bytes, from the beginning
// of a line on.
func (j *journal) tail(n int64) (text []byte, err error) {
	f, err := os.Open(j.path)
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
