package app

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

// A build tells the builds of a program apart: one that was installed over the one
// that runs, or made by go run after an edit.
type build struct {
	id    string // equal for equal builds; empty: not known
	title string // for people
	file  string // of the program
}

// thisBuild returns the build of this process. It must be called at the start: the
// file may be replaced later.
func (a *App) thisBuild() build {
	b := build{title: a.title()}
	b.file, _ = os.Executable()
	b.id, _ = buildID() // without it, no build is taken for another
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
	first := make([]byte, 32<<10)
	if _, err := io.ReadFull(f, first); err != nil {
		return "", err
	}
	sum := sha256.Sum256(first)
	return fmt.Sprintf("%d-%x", info.Size(), sum[:8]), nil
}

// differs reports whether two builds are known to be different.
func (b build) differs(other build) bool {
	return b.id != "" && other.id != "" && b.id != other.id
}

// An upgrade records another build that was started while this one runs. Its methods
// may be called concurrently.
type upgrade struct {
	this    build
	other   atomic.Pointer[build]
	restart atomic.Bool // the owner has asked for one
}

// note notes that other was started.
func (u *upgrade) note(other build) { u.other.Store(&other) }

// notice tells the owner of the other build, and whether a restart would start it: it
// is in the file that this one was started from. The text is empty if there is none.
func (u *upgrade) notice() (text string, restart bool) {
	other := u.other.Load()
	if other == nil {
		return "", false
	}
	if other.file == u.this.file {
		return fmt.Sprintf("A new build was installed: %s. This is still the old one, %s.", other.title, u.this.title), true
	}
	return fmt.Sprintf("Another build was started from %s. This one is from %s. To use the other one, shut this one down and start it again.",
		other.file, u.this.file), false
}

// restarts reports whether the program is to start again when it has ended.
func (u *upgrade) restarts() bool { return u.restart.Load() }
