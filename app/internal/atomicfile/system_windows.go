package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// rename returns when the new name is on the disk, which os.Rename does not wait for. It
// retries for two seconds, because a file that is open cannot be replaced, and virus
// scanners open every new file.
func rename(from, to string) error {
	oldName, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	newName, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	const timeout = 2 * time.Second
	start, pause := time.Now(), time.Millisecond
	for {
		err := windows.MoveFileEx(oldName, newName, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		if err == nil {
			return nil
		}
		if !isBusy(err) || time.Since(start) > timeout {
			return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// isBusy reports whether err means that another process has the file open.
func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
}

// syncFolder does nothing, because rename has waited for the disk.
func syncFolder(string) error { return nil }
