package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Work reads the files of a folder, and compares them with a list if there is one.
type Work struct {
	Folder string // the path of the folder
	List   string // the path of the list to compare with; empty if there is none
	sums   list   // the checksums in the list
	Files  []File // the result
}

// run does the work. It reads each file in pieces, so that large files need no more
// memory than small ones. It calls report with the number of bytes that are done, the
// total, and the name of the next file.
func (w *Work) run(ctx context.Context, report func(done, total int64, name string)) error {
	path, err := filepath.EvalSymlinks(w.Folder)
	if err != nil {
		return err
	}
	folder, err := os.OpenRoot(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	files, err := findFiles(ctx, folder)
	if err != nil {
		return err
	}
	if w.List != "" { // the list cannot have its own checksum, but "sha256sum *" writes one
		listed, err := filepath.EvalSymlinks(w.List)
		if err != nil {
			return err
		}
		files = slices.DeleteFunc(files, func(f File) bool {
			own := filepath.Join(path, f.Name) == listed
			if own {
				delete(w.sums, f.Name)
			}
			return own
		})
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
		files = w.sums.compare(files)
	}
	w.Files = files
	return nil
}

// Base returns the last element of the path, for menus.
func (w *Work) Base() string { return shown(filepath.Base(w.Folder)) }

// Verdict summarizes the result in a sentence.
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
		return "All files in the list match."
	}
	return "All files were read."
}

// compare sets the problems and notes of files that differ from the list, and adds files
// of the list that are missing.
func (sums list) compare(files []File) []File {
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
		case seen[name]:
		case !filepath.IsLocal(filepath.FromSlash(name)):
			files = append(files, File{Name: name, Problem: "outside the folder, and not read"})
		default:
			files = append(files, File{Name: name, Problem: "missing"})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files
}
