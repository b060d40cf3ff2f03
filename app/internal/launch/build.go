package launch

import (
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

// A Build tells the builds of a program apart: one that was installed over the one
// that runs, or made by go run after an edit.
type Build struct {
	ID    string `json:"id"`    // equal for equal builds; empty: not known
	Title string `json:"title"` // for people
	File  string `json:"file"`  // of the program
}

// ThisBuild returns the build of this process, which people know by title. It must be
// called at the start: the file may be replaced later.
func ThisBuild(title string) Build {
	b := Build{Title: title}
	b.File, _ = os.Executable()
	b.ID, _ = buildID() // without it, no build is taken for another
	return b
}

// buildID is made of the size of the file and of its first part, where the linker
// puts an ID that differs for other sources. The go command looks for it in as much.
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

// An Upgrade records another build that was started while This one runs. Its methods
// may be called concurrently.
type Upgrade struct {
	This    Build
	other   atomic.Pointer[Build]
	Restart atomic.Bool // the owner has asked for one
}

// Note notes that other was started.
func (u *Upgrade) Note(other Build) { u.other.Store(&other) }

// Notice tells the owner of the other build, and whether a restart would start it: it
// is in the file that this one was started from. The text is empty if there is none.
func (u *Upgrade) Notice() (text string, restart bool) {
	other := u.other.Load()
	if other == nil {
		return "", false
	}
	if other.File == u.This.File {
		return fmt.Sprintf("A new build was installed: %s. This is still the old one, %s.", other.Title, u.This.Title), true
	}
	return fmt.Sprintf("Another build was started from %s. This one is from %s. To use the other one, shut this one down and start it again.",
		other.File, u.This.File), false
}
