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
// whatever the umask, and returns when both are on the disk, so that they
// outlive a power cut. The file need not exist, its folder must. Where path is
// a symbolic link to a file, that file is replaced and the link stays.
//
// Write may be called concurrently, by several processes, too: the last one
// wins. On an error the file is as it was, or, if only the last step failed,
// has the new content, which may not be on the disk.
func Write(path string, data []byte, perm fs.FileMode) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	// In the same folder, because only there a rename is one step.
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
