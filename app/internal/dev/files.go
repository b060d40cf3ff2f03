package dev

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Flag is the first argument of a program that dibble dev starts.
const Flag = "-dev"

// Started reports whether dibble dev has started this process. It may be called while
// package variables are initialized.
func Started() bool { return len(os.Args) > 1 && os.Args[1] == Flag }

// Files returns embedded or, if dibble dev has started this process, the same files as
// they are now in the folder of source, the file that embeds them.
func Files(embedded fs.FS, source string) fs.FS {
	if Started() {
		return onDisk{embedded, filepath.Dir(source)}
	}
	return embedded
}

// onDisk reads the embedded files and folders from a folder on disk.
type onDisk struct {
	embedded fs.FS
	folder   string
}

func (d onDisk) Open(name string) (fs.File, error) {
	if d.has(name) {
		return os.DirFS(d.folder).Open(name)
	}
	return d.embedded.Open(name)
}

// ReadDir leaves out files that cannot be opened, so that no pattern matches them.
func (d onDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if !d.has(name) {
		return fs.ReadDir(d.embedded, name)
	}
	entries, err := os.ReadDir(filepath.Join(d.folder, name))
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !d.has(name + "/" + e.Name()) }), err
}

// has reports whether name is read from the folder. The folder also has files that are
// not embedded. In embedded folders, the go command leaves out names that begin with a
// dot or an underscore, which editors use for their own files.
func (d onDisk) has(name string) bool {
	top, below, _ := strings.Cut(name, "/")
	if !fs.ValidPath(name) || top == "." || !exists(d.embedded, top) {
		return false
	}
	if _, err := os.Stat(filepath.Join(d.folder, top)); err != nil {
		return false // the source is not on this machine, or was moved
	}
	hidden := strings.Contains("/"+below, "/.") || strings.Contains("/"+below, "/_")
	return !hidden || exists(d.embedded, name)
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}
