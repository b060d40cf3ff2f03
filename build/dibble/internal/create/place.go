package create

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// findPlace returns the path of a folder for a new tool. The path has no symbolic links,
// because a relative path from a linked folder could be wrong. checkout is Dibbler's
// folder, or "".
func findPlace(folder, checkout string) (string, error) {
	if folder == "" {
		return "", errors.New("the folder's name is empty")
	}
	dir, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the folder %s for %s does not exist: make it first", filepath.Dir(dir), filepath.Base(dir))
	} else if err != nil {
		return "", err
	}
	dir = filepath.Join(parent, filepath.Base(dir))
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	if checkout != "" {
		if err := checkOutside(dir, checkout); err != nil {
			return "", err
		}
	}
	return dir, checkFree(dir)
}

// checkOutside returns an error if dir is in the checkout, because its tests would
// include the tool.
func checkOutside(dir, checkout string) error {
	checkout, err := filepath.EvalSymlinks(checkout)
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(checkout, dir); err == nil && filepath.IsLocal(rel) {
		return fmt.Errorf("%s is in Dibbler's own folder: choose one beside it, such as %s", dir, filepath.Join(filepath.Dir(checkout), filepath.Base(dir)))
	}
	return nil
}

// checkFree returns an error if dir exists, unless it is a folder that is empty except
// for a repository.
func checkFree(dir string) error {
	at, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if !at.IsDir() {
		return fmt.Errorf("%s is a file: choose another name for the folder", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return fmt.Errorf("%s is not empty: it has %s. Choose a new folder", dir, e.Name())
		}
	}
	return nil
}

// writeFolder makes a folder with files. The names have slashes. If it fails, it leaves
// no files behind.
func writeFolder(dir string, files map[string][]byte) (err error) {
	// A folder that exists may be on another disk than its parent, or the parent may be read-only.
	place := dir
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		place = filepath.Dir(dir)
	}
	unfinished, err := os.MkdirTemp(place, ".new-")
	if err != nil {
		return fmt.Errorf("cannot write in %s: %w", place, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(unfinished)) }()
	for name, text := range files {
		path := filepath.Join(unfinished, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o666); err != nil {
			return err
		}
	}
	return move(unfinished, dir)
}

// move moves the files and folders in a folder to another folder, which it makes if it is
// missing. If one cannot be moved, it moves all of them back.
func move(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	err = os.Mkdir(to, 0o777)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	made := err == nil
	for i, e := range entries {
		if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			for _, e := range entries[:i] {
				err = errors.Join(err, os.Rename(filepath.Join(to, e.Name()), filepath.Join(from, e.Name())))
			}
			if made {
				err = errors.Join(err, os.Remove(to))
			}
			return err
		}
	}
	return nil
}
