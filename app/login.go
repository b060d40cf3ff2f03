package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/atomicfile"
	"github.com/dibbler-app/dibbler/app/internal/autostart"
)

// loginEntry is what the system runs at login: the program, without its browser.
func (a *App) loginEntry() (autostart.Entry, error) {
	exe, err := os.Executable()
	if err != nil {
		return autostart.Entry{}, fmt.Errorf("finding this program's own file: %w", err)
	}
	exe = appImage(exe, os.Getenv("APPDIR"), os.Getenv("APPIMAGE"))
	return autostart.Entry{ID: a.ID, Name: a.Name, Exec: exe, Args: []string{"-no-browser"}}, nil
}

// loginIcon is the file in the folder state that has the program's icon, for systems
// that show one in their list of what starts at login; empty where there are none.
func loginIcon(state string) string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return ""
	}
	return filepath.Join(state, "icon.png")
}

// appImage returns the AppImage that exe runs from or, if it does not, exe: the
// folder that such a file is mounted on is gone after the program. Programs that
// are started from an AppImage inherit its variables, so exe has to be in it.
func appImage(exe, mount, image string) string {
	if filepath.IsAbs(mount) && filepath.IsAbs(image) && strings.HasPrefix(exe, filepath.Clean(mount)+string(filepath.Separator)) {
		return image
	}
	return exe
}

// setStartAtLogin changes what the system does at login, if that is a change. Why
// it could not be done is kept for the settings page. The tray shows how it is now
// in any case: the desktop has a list of its own, where it can be changed as well.
func (p *program) setStartAtLogin(on bool) error {
	err := p.changeLogin(on)
	if err != nil {
		err = fmt.Errorf("start at login: %w", err)
	}
	p.mu.Lock()
	p.loginErr = err
	p.mu.Unlock()
	p.refreshTray()
	return err
}

func (p *program) changeLogin(on bool) error {
	is, err := p.login.Enabled()
	switch {
	case err != nil && !on:
		return nil // where the system does not tell, this cannot be chosen
	case err != nil || is == on:
		return err
	}
	if on {
		if p.login.Icon != "" {
			if err := atomicfile.Write(p.login.Icon, p.Icon.PNG, 0o600); err != nil {
				slog.Warn("no icon for the start at login", "err", err)
			}
		}
		err = p.login.Enable()
	} else {
		err = p.login.Disable()
	}
	if err == nil {
		slog.Info("start at login", "on", on)
	}
	return err
}

// loginProblem is why the start at login could not be changed the last time that
// somebody wanted to.
func (p *program) loginProblem() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loginErr
}
