// Package atomicfile replaces the content of a file in one step: whoever reads
// it, at whatever moment, finds the old content or the new, never a part.
// That holds when the writing process is killed, too.
//
// On Windows, a reader that meets the moment of the replacement can get a
// sharing violation, and a writer waits up to two seconds for readers.
//
// The Windows part has been run under wine only.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Write gives the file at path the content data and the permissions perm,
// whatever the umask. The file need not exist, its folder must. Where path is
// a symbolic link to a file, that file is replaced and the link stays.
//
// Write may be called concurrently, by several processes, too: the last one
// wins. On an error the file is as it was.
func Write(path string, data []byte, perm fs.FileMode) error {
	_, err := write(path, data, perm, func(*os.File) error { return nil })
	return err
}

// WriteSynced is like [Write] and returns when the content is on the disk, so
// that it outlives a power cut. An error may also mean that only the last is not
// sure: the new content is there already.
func WriteSynced(path string, data []byte, perm fs.FileMode) error {
	folder, err := write(path, data, perm, (*os.File).Sync)
	if err != nil {
		return err
	}
	return syncFolder(folder)
}

// Remove removes the file. That there is none is no error.
func Remove(path string) error {
	if err := remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// write returns the folder in which the file was replaced.
func write(path string, data []byte, perm fs.FileMode, sync func(*os.File) error) (string, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	// In the same folder, because only there a rename is one step.
	folder, prefix := filepath.Dir(path), "."+filepath.Base(path)+".new-"
	temp, err := os.CreateTemp(folder, prefix+"*")
	if err != nil {
		return "", err
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(perm), sync(temp), temp.Close())
	if err == nil {
		err = rename(temp.Name(), path)
	}
	if err != nil {
		return "", errors.Join(err, remove(temp.Name()))
	}
	removeLeftovers(folder, prefix)
	return folder, nil
}

// removeLeftovers removes what killed processes left behind. Files that are
// not old may still be written to by somebody else. A leftover is harmless, so
// one that cannot be removed is left for the next time.
func removeLeftovers(folder, prefix string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), prefix) {
			continue
		}
		// Where the clock was set back, old files are from the future.
		if stat, err := entry.Info(); err == nil && time.Since(stat.ModTime()).Abs() > time.Hour {
			os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}
