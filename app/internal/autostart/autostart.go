// Package autostart makes the system start a program when its user logs in.
//
// It writes the system's own entries, and keeps no other state. So the user can also
// change the entries with the tools of the system:
//
//	Linux     $XDG_CONFIG_HOME/autostart/ID.desktop
//	macOS     ~/Library/LaunchAgents/ID.plist
//	Windows   HKCU\Software\Microsoft\Windows\CurrentVersion\Run, value ID
//
// Other Unix systems are treated like Linux. An entry that the user has switched off in
// the desktop's list of startup programs is not enabled: Hidden or
// X-GNOME-Autostart-enabled in the .desktop file, Disabled in the .plist file,
// StartupApproved in the registry. The list in the settings window of macOS is ignored.
//
// The Windows part was tested only under Wine. The macOS part was never run; only the
// text that it writes is tested.
package autostart

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
)

// An Entry is a program to start at login. It may be copied. Its methods may be called
// concurrently; the last one that writes wins.
type Entry struct {
	ID   string   // as in dirs.CheckID
	Name string   // the name for people; empty means the ID
	Exec string   // the absolute path of the program
	Args []string // the arguments, without the program itself
	Icon string   // a file or the name of an icon; may be empty
}

// Enabled reports whether the system starts a program with this ID at login, wherever
// that program is.
func (e Entry) Enabled() (bool, error) {
	if err := dirs.CheckID(e.ID); err != nil {
		return false, err
	}
	found, err := e.read()
	return found.enabled, err
}

// Enable makes the system start the program at login. It replaces an entry of this ID.
func (e Entry) Enable() error {
	if err := e.check(); err != nil {
		return err
	}
	return e.write()
}

// Disable removes the entry of this ID. It is not an error if there is none.
func (e Entry) Disable() error {
	if err := dirs.CheckID(e.ID); err != nil {
		return err
	}
	return e.remove()
}

// Repair changes an enabled entry whose program no longer exists, so that it starts this
// program. It keeps the arguments and everything else, because the user may have changed
// them. If the program of the entry exists, Repair does nothing: running another copy of
// the program once must not change which copy starts at login. moved reports whether the
// entry was changed.
func (e Entry) Repair() (moved bool, err error) {
	if err := e.check(); err != nil {
		return false, err
	}
	found, err := e.read()
	if err != nil {
		return false, err
	}
	if !found.enabled || found.command[0] == e.Exec || exists(found.command[0]) {
		return false, nil
	}
	if err := e.move(found); err != nil {
		return false, err
	}
	return true, nil
}

// A login is the system's entry for an ID. The zero value means that there is none.
type login struct {
	enabled bool
	command []string // the program and its arguments; not empty if enabled
}

func (e Entry) command() []string { return append([]string{e.Exec}, e.Args...) }

// check returns an error if the entry cannot be written on some system.
func (e Entry) check() error {
	if err := dirs.CheckID(e.ID); err != nil {
		return err
	}
	if !filepath.IsAbs(e.Exec) {
		return fmt.Errorf("program %q is not an absolute path", e.Exec)
	}
	for _, text := range append(e.command(), e.Name, e.Icon) {
		if !utf8.ValidString(text) || slices.Contains([]byte(text), 0) {
			return fmt.Errorf("%q is not valid UTF-8, which entries require", text)
		}
	}
	return nil
}

// exists reports whether the program exists, or may exist if that is unknown. A program
// without a path is searched in PATH, as desktops do.
func exists(program string) bool {
	if !filepath.IsAbs(program) {
		_, err := exec.LookPath(program)
		return err == nil
	}
	_, err := os.Stat(program)
	return !errors.Is(err, fs.ErrNotExist)
}
