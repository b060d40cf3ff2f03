// Package autostart has the system start a program when its user logs in.
//
// What the system does at login is written where the system looks for it, and
// nowhere else, so the user can also change it with the system's own means:
//
//	Linux     $XDG_CONFIG_HOME/autostart/ID.desktop
//	macOS     ~/Library/LaunchAgents/ID.plist
//	Windows   HKCU\Software\Microsoft\Windows\CurrentVersion\Run, value ID
//
// Other Unix systems are treated like Linux. Where the user has switched the
// entry off in a desktop's list of start-up programs, it is not enabled:
// Hidden or X-GNOME-Autostart-enabled in the .desktop file, Disabled in the
// .plist file, StartupApproved in the registry. The list that macOS keeps for
// its own settings window is not looked at.
//
// The Windows part has been run under wine only. The macOS part has not been
// run; what it writes is tested as text.
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

// Entry is a program to start at login. An Entry may be copied. Its methods
// may be called concurrently, but the last one that writes wins.
type Entry struct {
	ID   string   // as in dirs.CheckID
	Name string   // what people call the program; empty for the ID
	Exec string   // the program's file, absolute
	Args []string // without the program itself
	Icon string   // a file or the name of an icon; empty for none
}

// Enabled reports whether the system starts a program of this ID at login,
// wherever that program is.
func (e Entry) Enabled() (bool, error) {
	if err := dirs.CheckID(e.ID); err != nil {
		return false, err
	}
	found, err := e.read()
	return found.enabled, err
}

// Enable has the system start the program at login. An entry of this ID is
// replaced.
func (e Entry) Enable() error {
	if err := e.check(); err != nil {
		return err
	}
	return e.write()
}

// Disable takes the entry of this ID away. That there is none is no error.
func (e Entry) Disable() error {
	if err := dirs.CheckID(e.ID); err != nil {
		return err
	}
	return e.remove()
}

// Mend has an enabled entry whose program is no longer there start this one in its
// place, with the entry's own arguments: all else in it is the user's, who may have
// changed it. An entry for another copy of the program that still exists is left
// alone; else trying a copy once would change what starts at login. Moved reports
// whether the entry was changed.
func (e Entry) Mend() (moved bool, err error) {
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

// login is what the system has to say about an ID. The zero value says that
// there is nothing.
type login struct {
	enabled bool
	command []string // the program and its arguments; never empty where enabled
}

func (e Entry) command() []string { return append([]string{e.Exec}, e.Args...) }

// check returns an error for what no system's entry can hold.
func (e Entry) check() error {
	if err := dirs.CheckID(e.ID); err != nil {
		return err
	}
	if !filepath.IsAbs(e.Exec) {
		return fmt.Errorf("program %q is not an absolute path", e.Exec)
	}
	for _, text := range append(e.command(), e.Name, e.Icon) {
		if !utf8.ValidString(text) || slices.Contains([]byte(text), 0) {
			return fmt.Errorf("%q is not a text in UTF-8, which entries have to be", text)
		}
	}
	return nil
}

// exists reports whether the program may be there; only a clear no is false.
// One without a path is looked for as a desktop does.
func exists(program string) bool {
	if !filepath.IsAbs(program) {
		_, err := exec.LookPath(program)
		return err == nil
	}
	_, err := os.Stat(program)
	return !errors.Is(err, fs.ErrNotExist)
}
