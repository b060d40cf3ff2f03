package paths

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A Kind is the kind of file or folder that a path must name.
type Kind string

// These are the kinds, with their names in HTML.
const (
	File   Kind = "file"
	Folder Kind = "folder"
	Save   Kind = "save" // a file to write, in an existing folder
)

const (
	// lookTimeout limits the time for a path. Network drives that are not available can
	// take minutes.
	lookTimeout = 2 * time.Second

	mostCounted = 1000 // files in a folder
)

// looking has a token for each path that the system is looking up.
var looking = make(chan struct{}, 8)

// Check looks up path. If it names a file or folder of this kind, note is a sentence that
// describes it. Otherwise problem is a sentence that says what to do. Check takes at most
// two seconds.
func Check(path string, kind Kind) (note, problem string) {
	if strings.Contains(path, "\x00") {
		return "", "A path cannot contain a zero character."
	}
	const silent = "The computer does not answer. Is this on a drive that is not connected?"
	type result struct{ note, problem string }
	found := make(chan result, 1)
	select {
	case looking <- struct{}{}:
	default:
		return "", silent
	}
	go func() {
		note, problem := look(path, kind)
		<-looking
		found <- result{note, problem}
	}()
	timeout := time.NewTimer(lookTimeout)
	defer timeout.Stop()
	select {
	case r := <-found:
		return r.note, r.problem
	case <-timeout.C:
		return "", silent
	}
}

func look(path string, kind Kind) (note, problem string) {
	at, err := os.Stat(path)
	if kind == Save && errors.Is(err, fs.ErrNotExist) {
		return lookAtFolderOf(path)
	}
	thing := "file"
	if kind == Folder {
		thing = "folder"
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "There is no such " + thing + "."
	case err != nil:
		return "", "This cannot be opened: " + reason(err) + "."
	case kind == Folder && !at.IsDir():
		return "", "This is a file; choose a folder."
	case kind == Folder:
		return count(path)
	case kind == Save && at.IsDir():
		return "", "This is a folder; add the name of a file."
	case at.IsDir():
		return "", "This is a folder; choose a file."
	case !at.Mode().IsRegular():
		return "", "This is not a file that can be read or written."
	case kind == Save:
		return "This file exists and will be replaced.", ""
	}
	return lookAtFile(path, at.Size())
}

func lookAtFile(path string, size int64) (note, problem string) {
	f, err := os.Open(path)
	if err != nil {
		return "", "This file cannot be read: " + reason(err) + "."
	}
	f.Close()
	return "A file of " + sizeText(size) + ".", ""
}

func lookAtFolderOf(path string) (note, problem string) {
	switch at, err := os.Stat(filepath.Dir(path)); {
	case err != nil:
		return "", "There is no folder " + filepath.Dir(path) + "."
	case !at.IsDir():
		return "", filepath.Dir(path) + " is not a folder."
	}
	return "A new file.", ""
}

// count describes the number of files in a folder.
func count(path string) (note, problem string) {
	folder, err := os.Open(path)
	if err == nil {
		defer folder.Close()
		var entries []fs.DirEntry
		if entries, err = folder.ReadDir(mostCounted + 1); err == nil || errors.Is(err, io.EOF) {
			return countText(entries), ""
		}
	}
	return "", "This folder cannot be read: " + reason(err) + "."
}

func countText(entries []fs.DirEntry) string {
	folders := 0
	for _, e := range entries {
		if e.IsDir() {
			folders++
		}
	}
	files := len(entries) - folders
	switch {
	case len(entries) > mostCounted:
		return fmt.Sprintf("More than %d files and folders.", mostCounted)
	case len(entries) == 0:
		return "The folder is empty."
	case folders == 0:
		return plural(files, "file") + "."
	case files == 0:
		return plural(folders, "folder") + "."
	}
	return plural(files, "file") + " and " + plural(folders, "folder") + "."
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// sizeText formats a size as file managers do.
func sizeText(n int64) string {
	if n < 1000 {
		return plural(int(n), "byte")
	}
	size, unit := float64(n)/1000, 0
	for size >= 999.95 {
		size /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", size, "kMGTPE"[unit])
}

// reason returns the text of err without the path, which the owner sees anyway.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return err.Error()
}
