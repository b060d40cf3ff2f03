package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// rename tries again for a while: a file cannot be replaced as long as
// somebody reads it, and virus scanners read every new file.
func rename(from, to string) error {
	const patience = 2 * time.Second
	start, pause := time.Now(), time.Millisecond
	for {
		err := os.Rename(from, to)
		busy := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !busy || time.Since(start) > patience {
			return err
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// syncFolder has nothing to do: Windows has no such call, and NTFS keeps its
// own journal of names.
func syncFolder(string) error { return nil }
