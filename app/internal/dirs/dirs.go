// Package dirs finds and makes the private folders of one program.
//
// Each program has an id, and each id has three folders of its own:
//
//	          Config                              State                       Temp
//	Linux     $XDG_CONFIG_HOME/ID                 $XDG_STATE_HOME/ID          $XDG_CACHE_HOME/ID/temp
//	macOS     ~/Library/Application Support/ID    the same, /state            ~/Library/Caches/ID/temp
//	Windows   %AppData%\ID                        %LocalAppData%\ID\state     %LocalAppData%\ID\temp
//
// and, on Unix, a fourth for a second lock: Runtime, in $XDG_RUNTIME_DIR/ID or,
// where there is none, in the folder ID that Temp is in.
//
// The tool's own data has a folder of its own, which [MakeData] makes when it is
// asked for: $XDG_DATA_HOME/ID on Linux, ~/Library/Application Support/ID/data on
// macOS and %LocalAppData%\ID\data on Windows.
//
// Where the other XDG variables are unset or relative, their defaults below $HOME
// hold. Other Unix systems are treated like Linux.
//
// Private means: it belongs to the user who runs the program, and on Unix
// nobody else can read or write it. On Windows the owner is checked, and the
// access list is the one that the user's profile hands down.
//
// The Windows part has been run under wine only, the macOS part not at all.
package dirs

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Dirs are the folders of one program. They exist and are private when they
// come from [Make]. A Dirs may be copied and used concurrently.
type Dirs struct {
	Config string // what the user chose, worth a backup
	State  string // lock and log, of use on this machine only
	Data   string // of the tool itself; empty if MakeData is to make it
	Temp   string // what may vanish between two runs, see EmptyTemp

	// Runtime holds the lock once more, for when State is deleted while the
	// program runs. It is another one for each State. Empty where it cannot be
	// made, and on Windows, where a lock that is held cannot be deleted.
	Runtime string

	// Warnings are sentences for the user: a folder stands in for one that
	// cannot be used, or was open to others until now. Nil when all is well.
	Warnings []string
}

// Make returns the folders of the program with the given id, and makes those
// that are missing. Ids are checked as in [CheckID].
//
// Where there is no usable home, or it cannot be written, a folder of this
// user's below [os.TempDir] stands in, with a warning. A folder that exists
// and belongs to somebody else is an error. One of our own that others can
// read or write is closed to them, with a warning if they could write.
func Make(id string) (Dirs, error) {
	if err := CheckID(id); err != nil {
		return Dirs{}, err
	}
	m := maker{id: id}
	usual := homes()
	dirs := Dirs{
		Config: m.make(usual.config, "config", fromExisting),
		State:  m.make(usual.state, "state", toWrite),
		Temp:   m.make(usual.temp, "temp", toWrite),
	}
	if m.err != nil {
		return Dirs{}, m.err
	}
	dirs.Runtime = m.makeRuntime(usual.runtime, dirs.State)
	dirs.Warnings = m.allWarnings()
	return dirs, nil
}

// MakeData returns the folder for the data of the program with the given id, and
// makes it if it is missing, as Make makes the others. The warnings are like
// those of [Dirs].
func MakeData(id string) (path string, warnings []string, err error) {
	if err := CheckID(id); err != nil {
		return "", nil, err
	}
	m := maker{id: id}
	path = m.make(homes().data, "data", toWrite)
	return path, m.allWarnings(), m.err
}

// MakeIn returns the folders of a program that keeps everything below root, and makes
// those that are missing. root must exist and be private.
func MakeIn(root string) (Dirs, error) {
	in := func(name string) string { return filepath.Join(root, name) }
	d := Dirs{Config: in("config"), Data: in("data"), State: in("state"), Temp: in("temp")}
	for _, path := range []string{d.Config, d.Data, d.State, d.Temp} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return Dirs{}, err
		}
	}
	return d, nil
}

func (m *maker) allWarnings() []string {
	if m.standIns != nil {
		m.warn("The usual folders cannot be used: %s. These stand in, and may be lost at the next restart of the computer: %s.",
			strings.Join(m.reasons, "; "), strings.Join(m.standIns, ", "))
	}
	return m.warnings
}

// Locks returns the folders where the launches of the program meet, see package
// instance.
func (d Dirs) Locks() []string {
	if d.Runtime == "" {
		return []string{d.State}
	}
	return []string{d.State, d.Runtime}
}

// EmptyTemp removes what earlier runs left in the temporary folder. Call it
// only while no other instance of the program runs. What cannot be removed is
// named in the error, and the rest is removed all the same.
func (d Dirs) EmptyTemp() error {
	root, err := os.OpenRoot(d.Temp)
	if err != nil {
		return fmt.Errorf("empty the temporary folder: %w", err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	errs := []error{err}
	for _, entry := range entries {
		errs = append(errs, root.RemoveAll(entry.Name()))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("empty the temporary folder %s: %w", d.Temp, err)
	}
	return nil
}

// A base is a function that returns a folder before it is made, or the reason
// why there is none.
type base func(id string) (string, error)

// bases are the usual places of this system.
type bases struct{ config, data, state, temp, runtime base }

// A need says what a folder must allow.
type need int

const (
	fromExisting need = iota // one that exists may be read-only
	toWrite                  // it must be writable
)

// unusable is what a stand-in can heal: no home, or one that cannot be written. A
// folder that belongs to somebody else is not among it.
type unusable struct{ error }

func (u unusable) Unwrap() error { return u.error }

// maker makes the folders of one program and gathers what is to be said.
type maker struct {
	id       string
	standIn  string   // set once the stand-in has been made
	standIns []string // made in it
	reasons  []string // for them, without doubles
	warnings []string
	err      error // the first that a stand-in cannot heal
}

func (m *maker) make(where base, kind string, n need) string {
	if m.err != nil {
		return ""
	}
	path, err := where(m.id)
	if err == nil {
		err = m.private(path, n)
	}
	if reason, ok := errors.AsType[unusable](err); ok {
		if !slices.Contains(m.reasons, reason.Error()) {
			m.reasons = append(m.reasons, reason.Error())
		}
		path, err = m.makeStandIn(kind)
		m.standIns = append(m.standIns, path)
	}
	if err != nil {
		m.err = fmt.Errorf("the program's %s folder: %w", kind, err)
		return ""
	}
	return path
}

// makeRuntime returns nothing where the folder cannot be had: it is a help and
// no need. Programs with different homes can have one base.
func (m *maker) makeRuntime(where base, state string) string {
	path, err := where(m.id)
	if err != nil {
		return ""
	}
	hash := fnv.New64a()
	hash.Write([]byte(state))
	path = filepath.Join(path, fmt.Sprintf("%x", hash.Sum64()))
	if m.private(path, toWrite) != nil {
		return ""
	}
	return path
}

// makeStandIn makes a folder of the given kind below the system's temporary
// folder. Others can write there too, so a link or a folder that somebody
// else put in our place is refused.
func (m *maker) makeStandIn(kind string) (string, error) {
	if m.standIn == "" {
		temp := os.TempDir()
		if err := checkShared(temp); err != nil {
			return "", err
		}
		user, err := userID()
		if err != nil {
			return "", err
		}
		path := filepath.Join(temp, m.id+"-"+user)
		if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		stat, err := os.Lstat(path)
		if err != nil {
			return "", err
		}
		if !stat.IsDir() {
			return "", fmt.Errorf("%s is not a folder; remove it", path)
		}
		if err := m.private(path, toWrite); err != nil {
			return "", err
		}
		m.standIn = path
	}
	path := filepath.Join(m.standIn, kind)
	return path, m.private(path, toWrite)
}

// private makes the folder if it is missing, and makes sure that it is ours
// alone.
func (m *maker) private(path string, n need) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		switch {
		case notWritable(err):
			return unusable{err}
		case errors.Is(err, syscall.ENOTDIR):
			return fmt.Errorf("%w; remove what is in its way", err)
		}
		return err
	}
	wasOpen, err := keepPrivate(path)
	if err != nil {
		return err
	}
	if wasOpen {
		m.warn("Other users could write to %s; that is closed now, but look at what is in it.", path)
	}
	if n == toWrite {
		if err := checkWritable(path); err != nil {
			return unusable{err}
		}
	}
	return nil
}

func (m *maker) warn(format string, args ...any) {
	m.warnings = append(m.warnings, fmt.Sprintf(format, args...))
}
