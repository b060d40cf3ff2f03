package launch

import (
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

// A Build identifies a build of the program. Another build may be installed over the
// running one, or be made by go run after an edit.
type Build struct {
	ID    string `json:"id"`    // equal for equal builds; empty if unknown
	Title string `json:"title"` // for people
	File  string `json:"file"`  // the program file
}

// ThisBuild returns the build of this process. title is its name for people. Call it at
// the start, because the file may be replaced later.
func ThisBuild(title string) Build {
	b := Build{Title: title}
	b.File, _ = os.Executable()
	b.ID, _ = buildID() // builds without an ID are not compared
	return b
}

// buildID returns an ID that consists of the size of the program file and a hash of its
// first part. The linker puts an ID of the sources there; the go command searches the
// same part.
func buildID() (string, error) {
	path, err := desk.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	var sum uint32
	part := make([]byte, 4<<10)
	for range 8 {
		if _, err := io.ReadFull(f, part); err != nil {
			return "", err
		}
		sum = crc32.Update(sum, crc32.IEEETable, part)
	}
	return fmt.Sprintf("%d-%08x", info.Size(), sum), nil
}

// Differs reports whether two builds are known to be different.
func (b Build) Differs(other Build) bool {
	return b.ID != "" && other.ID != "" && b.ID != other.ID
}

// An Upgrade records that another build was started while This build is running. Its
// methods may be called concurrently.
type Upgrade struct {
	This    Build
	other   atomic.Pointer[Build]
	Restart atomic.Bool // whether the owner has asked for a restart
}

// Note records that other was started.
func (u *Upgrade) Note(other Build) { u.other.Store(&other) }

// Notice returns a text for the owner about the other build, or "" if there is none.
// restart reports whether a restart would start the other build, because it is in the
// file of this one.
func (u *Upgrade) Notice() (text string, restart bool) {
	other := u.other.Load()
	if other == nil {
		return "", false
	}
	if other.File == u.This.File {
		return fmt.Sprintf("A new build was installed: %s. The program that is running is still the old build, %s.", other.Title, u.This.Title), true
	}
	return fmt.Sprintf("Another build was started from %s. The running one is from %s. To use the other one, shut this one down and start the other again.",
		other.File, u.This.File), false
}
