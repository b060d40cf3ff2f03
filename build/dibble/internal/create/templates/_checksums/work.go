package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Work reads one file or folder, and compares it with a list if there is one.
type Work struct {
	Path  string // of the file or folder
	List  string // of the list to compare with; empty if there is none
	sums  list   // in the list
	Files []File // the outcome
}

// run does the work. It reads each file once, in pieces, so that large files need no more
// memory than small ones. It calls report with how many bytes of all are done, and of which
// file the next ones are.
func (w *Work) run(ctx context.Context, report func(done, total int64, name string)) error {
	folder, name, err := openFolder(w.Path)
	if err != nil {
		return err
	}
	defer folder.Close()
	files, err := findFiles(ctx, folder, name)
	if err != nil {
		return err
	}
	if w.List != "" { // the list cannot have its own checksum
		listed, err := filepath.EvalSymlinks(w.List)
		if err != nil {
			return err
		}
		files = slices.DeleteFunc(files, func(f File) bool { return filepath.Join(folder.Name(), f.Name) == listed })
	}
	var done, total int64
	for _, f := range files {
		total += f.Size
	}
	buffer := make([]byte, 1<<20)
	for i := range files {
		f := &files[i]
		if f.Problem != "" || f.Note != "" {
			continue
		}
		report(done, total, f.Name)
		f.Sum, err = hashFile(ctx, folder, f.Name, buffer, func(n int) {
			done += int64(n)
			report(done, total, f.Name)
		})
		if ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			f.Problem = unreadable(err)
		}
	}
	if w.List != "" {
		files = w.sums.compare(files, name == ".")
	}
	w.Files = files
	return nil
}

// Base returns the last element of the path, for menus.
func (w *Work) Base() string { return shown(filepath.Base(w.Path)) }

// Verdict sums up the outcome.
func (w *Work) Verdict() string {
	problems := 0
	for _, f := range w.Files {
		if f.Problem != "" {
			problems++
		}
	}
	switch {
	case problems == 1:
		return "There is a problem with 1 file."
	case problems > 0:
		return fmt.Sprintf("There are problems with %d files.", problems)
	case w.List != "":
		return "All files match the list."
	}
	return "All files were read."
}

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
