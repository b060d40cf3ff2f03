package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// rename retries for two seconds, because a file that is open cannot be replaced, and
// virus scanners open every new file.
func rename(from, to string) error {
	const timeout = 2 * time.Second
	start, pause := time.Now(), time.Millisecond
	for {
		err := os.Rename(from, to)
		if !isBusy(err) || time.Since(start) > timeout {
			return err
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// isBusy reports whether err means that another process has the file open.
func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
}

// syncFolder does nothing. Windows has no such call, and NTFS has a journal of file
// names.
func syncFolder(string) error { return nil }
