//go:build unix

package dirs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

func userID() (string, error) { return strconv.Itoa(os.Geteuid()), nil }

func ownerOf(stat fs.FileInfo) int { return int(stat.Sys().(*syscall.Stat_t).Uid) }

// keepPrivate returns an error if the folder belongs to another user, and removes the
// permissions of other users. It reports whether other users could write to it.
func keepPrivate(path string) (wasOpen bool, err error) {
	stat, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if err := checkOwner(path, stat); err != nil {
		return false, err
	}
	if stat.Mode().Perm()&0o077 == 0 {
		return false, nil
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return false, fmt.Errorf("%s is open to other users: %w", path, err)
	}
	// On some file systems, chmod has no effect and returns no error.
	if now, err := os.Stat(path); err != nil || now.Mode().Perm()&0o077 != 0 {
		return false, errors.Join(err, fmt.Errorf("%s is open to other users, and its file system has no permissions; use a folder elsewhere", path))
	}
	return stat.Mode().Perm()&0o022 != 0, nil
}

// checkOwner returns an error if the folder belongs to another user.
func checkOwner(path string, stat fs.FileInfo) error {
	if owner := ownerOf(stat); owner != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, and this is user %d; remove it or run the program as its owner", path, owner, os.Geteuid())
	}
	return nil
}

// checkShared returns an error if other users can replace folders of this user in the
// shared folder.
func checkShared(path string) error {
	stat, err := os.Stat(path)
	if err != nil {
		return err
	}
	owner := ownerOf(stat)
	if owner != 0 && owner != os.Geteuid() {
		return fmt.Errorf("temporary folder %s belongs to user %d; set TMPDIR to a folder of your own", path, owner)
	}
	if stat.Mode().Perm()&0o022 != 0 && stat.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("other users can replace files in the temporary folder %s; set TMPDIR to a folder of your own", path)
	}
	return nil
}

func checkWritable(path string) error {
	if err := unix.Access(path, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write to", Path: path, Err: err}
	}
	return nil
}

func notWritable(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}
