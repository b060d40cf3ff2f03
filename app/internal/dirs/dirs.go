// Package dirs finds and makes the private folders of a program.
//
// Each program has an ID, and each ID has three folders:
//
//	          Config                              State                       Temp
//	Linux     $XDG_CONFIG_HOME/ID                 $XDG_STATE_HOME/ID          $XDG_CACHE_HOME/ID/temp
//	macOS     ~/Library/Application Support/ID    the same, /state            ~/Library/Caches/ID/temp
//	Windows   %AppData%\ID                        %LocalAppData%\ID\state     %LocalAppData%\ID\temp
//
// On Unix there is a fourth folder for a second lock: Runtime, in $XDG_RUNTIME_DIR/ID or,
// if that folder is not safe or not there, beside Temp.
//
// The data of the tool has another folder, which [MakeData] makes when it is needed:
// $XDG_DATA_HOME/ID on Linux, ~/Library/Application Support/ID/data on macOS and
// %LocalAppData%\ID\data on Windows.
//
// If the other XDG variables are unset or relative, their default values in $HOME are
// used. Other Unix systems are treated like Linux.
//
// A private folder belongs to the user who runs the program, and on Unix other users
// cannot read or write it. On Windows only the owner is checked; the access list is
// inherited from the user's profile.
//
// The Windows part was tested only under Wine, and the macOS part was never run.
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

// Dirs are the folders of a program. [Make] returns folders that exist and are private. A
// Dirs may be copied and used concurrently.
type Dirs struct {
	Config string // settings of the user, worth a backup
	State  string // lock and log, useful only on this computer
	Data   string // data of the tool; empty if MakeData has to make it
	Temp   string // files that may be removed when the program is not running; see EmptyTemp

	// Runtime has a second lock, in case State is deleted while the program runs. Each
	// State has its own Runtime. It is empty if it cannot be made, and on Windows, where
	// a lock that is held cannot be deleted.
	Runtime string

	// Warnings are sentences for the user: a folder is used instead of one that cannot be
	// used, or a folder was open to other users.
	Warnings []string
}

// Make returns the folders of the program with the given ID, and makes those that are
// missing. The ID must be valid; see [CheckID].
//
// If the home folder cannot be used or written to, Make uses a folder in [os.TempDir]
// instead, and adds a warning. It is an error if a folder belongs to another user. If
// other users can read or write a folder, Make removes their permissions, and adds a
// warning if they could write.
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

// MakeData returns the folder for the data of the program with the given ID, and makes it
// if it is missing, by the rules of Make. The warnings are like those of [Dirs].
func MakeData(id string) (path string, warnings []string, err error) {
	if err := CheckID(id); err != nil {
		return "", nil, err
	}
	m := maker{id: id}
	path = m.make(homes().data, "data", toWrite)
	return path, m.allWarnings(), m.err
}

// MakeIn returns folders in root, and makes those that are missing. root must exist and
// be private.
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
	if m.fallbacks != nil {
		m.warn("The usual folders cannot be used: %s. These folders are used instead, and may be lost at the next restart of the computer: %s.",
			strings.Join(m.reasons, "; "), strings.Join(m.fallbacks, ", "))
	}
	return m.warnings
}

// Locks returns the folders for the locks of the running instance; see package instance.
func (d Dirs) Locks() []string {
	if d.Runtime == "" {
		return []string{d.State}
	}
	return []string{d.State, d.Runtime}
}

// EmptyTemp removes the files of earlier runs from the temporary folder. Call it only
// while no other instance of the program runs. If a file cannot be removed, EmptyTemp
// removes the others and returns an error that names the file.
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

// A base returns the path of a folder, which need not exist, or an error.
type base func(id string) (string, error)

// bases are the usual folders of this system.
type bases struct{ config, data, state, temp, runtime base }

// A need says how a folder is used.
type need int

const (
	fromExisting need = iota // an existing folder may be read-only
	toWrite                  // it must be writable
)

// unusable is an error that another folder fixes: there is no home folder,
// or it cannot be written to. A folder that belongs to another user is not such an error.
type unusable struct{ error }

func (u unusable) Unwrap() error { return u.error }

// A maker makes the folders of a program and collects warnings.
type maker struct {
	id        string
	fallback  string   // the folder in os.TempDir; empty until it is made
	fallbacks []string // the folders in it
	reasons   []string // the reasons for them, without duplicates
	warnings  []string
	err       error // the first error that another folder does not fix
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
		path, err = m.makeFallback(kind)
		m.fallbacks = append(m.fallbacks, path)
	}
	if err != nil {
		m.err = fmt.Errorf("the program's %s folder: %w", kind, err)
		return ""
	}
	return path
}

// makeRuntime returns "" if the folder cannot be made, because the program can do without
// it. Programs with different home folders can have the same base.
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

// makeFallback makes a folder of the given kind in the system's temporary folder. Other
// users can write there, so makeFallback refuses links and folders of other users.
func (m *maker) makeFallback(kind string) (string, error) {
	if m.fallback == "" {
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
		// Another owner could replace the folder by a link. private follows links.
		if err := checkOwner(path, stat); err != nil {
			return "", err
		}
		if err := m.private(path, toWrite); err != nil {
			return "", err
		}
		m.fallback = path
	}
	path := filepath.Join(m.fallback, kind)
	return path, m.private(path, toWrite)
}

// private makes the folder if it is missing, and makes sure that it is private.
func (m *maker) private(path string, n need) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		switch {
		case notWritable(err):
			return unusable{err}
		case errors.Is(err, syscall.ENOTDIR):
			return fmt.Errorf("%w; remove the file in its place", err)
		}
		return err
	}
	wasOpen, err := keepPrivate(path)
	if err != nil {
		return err
	}
	if wasOpen {
		m.warn("Other users could write to %s. They no longer can, but check the files in it.", path)
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
