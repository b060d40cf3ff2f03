package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// rename tries again for a while: a file cannot be replaced as long as somebody
// reads it, and virus scanners read every new file.
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

// isBusy reports whether somebody else has the file open at the moment.
func isBusy(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
}

// syncFolder has nothing to do: Windows has no such call, and NTFS keeps its
// own journal of names.
func syncFolder(string) error { return nil }
