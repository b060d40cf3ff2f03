// Package atomicfile replaces the content of a file atomically: a reader gets either the
// old content or the new content, never a part, even if the writing process is killed.
//
// On Windows, a reader can get a sharing violation at the moment of the replacement, and
// a writer waits up to two seconds for readers.
//
// The Windows part was tested only under Wine.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Write replaces the content of the file at path by data and its permissions by perm,
// regardless of the umask. It returns when both are on the disk and survive a power
// failure. The file need not exist, but its folder must. If path is a symbolic link to a
// file, that file is replaced and the link stays.
//
// Write may be called concurrently, also by several processes; the last call wins. On an
// error the file has its old content or, if only the last step failed, the new content,
// which may not be on the disk yet.
func Write(path string, data []byte, perm fs.FileMode) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	// Use the same folder, because rename is atomic only within a file system.
	folder, prefix := filepath.Dir(path), "."+filepath.Base(path)+".new-"
	temp, err := os.CreateTemp(folder, prefix+"*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(perm), temp.Sync(), temp.Close())
	if err == nil {
		err = rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	removeLeftovers(folder, prefix)
	return syncFolder(folder)
}

// removeLeftovers removes old files of killed processes. Another process may still be
// writing to recent files. Leftovers are harmless, so errors are ignored.
func removeLeftovers(folder, prefix string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), prefix) {
			continue
		}
		// If the clock was set back, old files are from the future.
		if stat, err := entry.Info(); err == nil && time.Since(stat.ModTime()).Abs() > time.Hour {
			os.Remove(filepath.Join(folder, entry.Name()))
		}
	}
}
