package desk

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
	"github.com/dibbler-app/dibbler/app/internal/autostart"
)

// A Login controls whether the program starts at login. Its methods may be called
// concurrently.
type Login struct {
	entry    loginEntry
	exec     string // the file of the program
	iconFile string // the icon for the system; empty if the system shows none
	icon     []byte

	mu      sync.Mutex
	problem error // the error of the last Set
}

// A loginEntry is the system's entry, an [autostart.Entry], or a fake.
type loginEntry interface {
	Enabled() (bool, error)
	Enable() error
	Disable() error
	Repair() (moved bool, err error)
}

// NewLogin returns the Login of the program with this ID and name. At login, the program
// starts without opening the browser. icon is a PNG for systems that show an icon in
// their list of programs that start at login. It is written to the folder state.
func NewLogin(id, name string, icon []byte, state string) (*Login, error) {
	exe, err := autostart.Program()
	if err != nil {
		return nil, err
	}
	l := &Login{exec: exe, icon: icon}
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" {
		l.iconFile = filepath.Join(state, "icon.png")
	}
	l.entry = autostart.Entry{ID: id, Name: name, Exec: exe, Args: []string{"-no-browser"}, Icon: l.iconFile}
	return l, nil
}

// Repair changes an enabled entry to the current path of the program.
func (l *Login) Repair() {
	switch moved, err := l.entry.Repair(); {
	case err != nil:
		slog.Warn("cannot check whether the program starts at login", "err", err)
	case moved:
		slog.Info("the program was moved; at login, the new file starts", "file", l.exec)
	}
}

// Enabled reports whether the program starts at login. The owner can change that at any
// time in the desktop's own list.
func (l *Login) Enabled() (bool, error) { return l.entry.Enabled() }

// Set sets whether the program starts at login. [Login.Problem] keeps the error.
func (l *Login) Set(on bool) error {
	err := l.set(on)
	if err != nil {
		err = fmt.Errorf("start at login: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problem = err
	return err
}

func (l *Login) set(on bool) error {
	is, err := l.entry.Enabled()
	switch {
	case err != nil && !on:
		return nil // if the state is unknown, the settings page does not offer this
	case err != nil || is == on:
		return err
	}
	if on {
		if l.iconFile != "" {
			if err := atomicfile.Write(l.iconFile, l.icon, 0o600); err != nil {
				slog.Warn("cannot write the icon for the list of programs that start at login", "err", err)
			}
		}
		err = l.entry.Enable()
	} else {
		err = l.entry.Disable()
	}
	if err == nil {
		slog.Info("start at login", "on", on)
	}
	return err
}

// Problem returns the error of the last Set.
func (l *Login) Problem() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problem
}
