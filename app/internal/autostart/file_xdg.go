//go:build unix && !darwin

package autostart

import (
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
)

func (e Entry) path() (string, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // relative paths must be ignored
		home, err := dirs.Home()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "autostart", e.ID+".desktop"), nil
}

func encode(e Entry) (string, error) { return desktopEntry(e), nil }

func decode(text string) (login, error) { return parseDesktopEntry(text) }

func replace(text, from, to string) (string, error) { return moveDesktopEntry(text, from, to), nil }
