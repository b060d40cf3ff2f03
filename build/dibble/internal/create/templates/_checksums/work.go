package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A Work reads one file or folder, and compares it with a list if there is one.
type Work struct {
	Path   string // of the file or folder
	List   string // of the list to compare with; empty if there is none
	sums   list   // in the list
	ctx    context.Context
	Cancel context.CancelFunc
	report func() // called when the progress changes

	mu          sync.Mutex
	progress    Progress
	done, total int64 // bytes
	files       []File
	err         error
}

// A Progress says how far a Work is, for pages.
type Progress struct {
	Share float64 `json:"share"` // from 0 to 1
	Text  string  `json:"text"`
	Over  bool    `json:"over"`
}

// run does the work. It reads each file once, in pieces, so that large files need no more
// memory than small ones.
func (w *Work) run() {
	files, err := w.read()
	w.mu.Lock()
	w.files, w.err = files, err
	w.progress = Progress{Share: 1, Text: "done", Over: true}
	w.mu.Unlock()
	w.report()
}

func (w *Work) read() ([]File, error) {
	folder, name, err := openFolder(w.Path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	files, err := findFiles(w.ctx, folder, name)
	if err != nil {
		return nil, err
	}
	if w.List != "" { // the list cannot have its own checksum
		listed, err := filepath.EvalSymlinks(w.List)
		if err != nil {
			return nil, err
		}
		files = slices.DeleteFunc(files, func(f File) bool { return filepath.Join(folder.Name(), f.Name) == listed })
	}
	for _, f := range files {
		w.total += f.Size
	}
	buffer := make([]byte, 1<<20)
	for i := range files {
		f := &files[i]
		if f.Problem == "" && f.Note == "" {
			w.advance(f.Name, 0)
			f.Sum, err = hashFile(w.ctx, folder, f.Name, buffer, func(n int) { w.advance(f.Name, n) })
			if w.ctx.Err() != nil {
				return nil, w.ctx.Err()
			} else if err != nil {
				f.Problem = unreadable(err)
			}
		}
	}
	if w.List != "" {
		files = w.sums.compare(files, name == ".")
	}
	return files, nil
}

// advance counts bytes that were read. It reports each new thousandth.
func (w *Work) advance(name string, bytes int) {
	w.mu.Lock()
	w.done += int64(bytes)
	share := 1.0
	if w.total > w.done {
		share = float64(w.done*1000/w.total) / 1000
	}
	changed := share != w.progress.Share || w.progress.Text == ""
	if changed {
		w.progress = Progress{Share: share, Text: fmt.Sprintf("%.0f %%, %s", share*100, shown(name))}
	}
	w.mu.Unlock()
	if changed {
		w.report()
	}
}

// Progress returns how far the work is.
func (w *Work) Progress() Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.progress
}

// Outcome returns the files, or why there are none, when the work is over.
func (w *Work) Outcome() ([]File, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.files, w.err
}

// Base returns the last element of the path, for menus.
func (w *Work) Base() string { return shown(filepath.Base(w.Path)) }

// compare notes in files how they differ from the list. If all is true, files are all
// files of the folder, and those of the list that are missing are added.
func (sums list) compare(files []File, all bool) []File {
	seen := map[string]bool{}
	for i := range files {
		f := &files[i]
		seen[f.Name] = true
		switch sum, ok := sums[f.Name]; {
		case !ok && f.Problem == "" && f.Note == "":
			f.Note = "not in the list"
		case ok && f.Note != "":
			f.Problem, f.Note = "in the list, but it is "+f.Note, ""
		case ok && f.Problem == "" && sum != f.Sum:
			f.Problem = "differs from the list"
		}
	}
	for name := range sums {
		switch {
		case !all || seen[name]:
		case !filepath.IsLocal(filepath.FromSlash(name)):
			files = append(files, File{Name: name, Note: "outside the folder, and not read"})
		default:
			files = append(files, File{Name: name, Problem: "missing"})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// findPath returns the absolute path that a person has typed or pasted.
func findPath(typed string) (string, error) {
	path := strings.Trim(typed, `"`) // Windows copies paths in quotes
	if below, ok := strings.CutPrefix(filepath.ToSlash(path), "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = filepath.Join(home, below)
	}
	if !filepath.IsAbs(path) {
		home, err := os.UserHomeDir()
		if err != nil {
			home = string(filepath.Separator)
		}
		return "", fmt.Errorf("enter a full path, such as %s", filepath.Join(home, "Downloads"))
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("this %s", unreadable(err))
	}
	return filepath.Clean(path), nil
}
