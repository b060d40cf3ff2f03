package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

func rename(from, to string) error {
	return retry(func() error { return os.Rename(from, to) })
}

func remove(path string) error {
	return retry(func() error { return os.Remove(path) })
}

// retry tries again for a while: a file cannot be replaced or removed as long
// as somebody reads it, and virus scanners read every new file.
func retry(do func() error) error {
	const patience = 2 * time.Second
	start, pause := time.Now(), time.Millisecond
	for {
		err := do()
		if !isBusy(err) || time.Since(start) > patience {
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
