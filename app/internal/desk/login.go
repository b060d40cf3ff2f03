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

// A Login is the start of the program at login. Its methods may be called
// concurrently.
type Login struct {
	entry    loginEntry
	exec     string // the file of the program
	iconFile string // where the system looks for the icon; empty: it shows none
	icon     []byte

	mu      sync.Mutex
	problem error // of the latest Set
}

// A loginEntry is what the system keeps, an [autostart.Entry], or a fake of it.
type loginEntry interface {
	Enabled() (bool, error)
	Enable() error
	Disable() error
	Mend() (moved bool, err error)
}

// NewLogin returns the start at login of the program id, whose people call it name.
// It runs without its browser. Systems that show an icon in their list of programs
// that start at login find it, a PNG, in the folder state.
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

// Mend makes an entry that is on name the program where it is now.
func (l *Login) Mend() {
	switch moved, err := l.entry.Mend(); {
	case err != nil:
		slog.Warn("start at login not checked", "err", err)
	case moved:
		slog.Info("the program was moved; start at login now points here", "file", l.exec)
	}
}

// Enabled reports whether the program starts at login. The desktop has a list of
// its own, where the owner may change that at any time.
func (l *Login) Enabled() (bool, error) { return l.entry.Enabled() }

// Set makes the program start at login, or not. The error stays known to
// [Login.Problem].
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
		return nil // if the system does not tell, the settings page does not ask
	case err != nil || is == on:
		return err
	}
	if on {
		if l.iconFile != "" {
			if err := atomicfile.Write(l.iconFile, l.icon, 0o600); err != nil {
				slog.Warn("no icon for the start at login", "err", err)
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

// Problem returns the error of the latest Set.
func (l *Login) Problem() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.problem
}
