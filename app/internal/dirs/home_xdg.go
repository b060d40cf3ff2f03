//go:build unix && !darwin

package dirs

import (
	"os"
	"path/filepath"
)

func homes() bases {
	return bases{
		config: xdg("XDG_CONFIG_HOME", ".config", ""),
		state:  xdg("XDG_STATE_HOME", ".local/state", ""),
		// Not XDG_RUNTIME_DIR: that is memory, too small for uploads.
		temp: xdg("XDG_CACHE_HOME", ".cache", "temp"),
	}
}

// xdg returns the folder below the one that the variable names, or below its
// default. The specification tells us to ignore relative ones.
func xdg(variable, byDefault, sub string) base {
	return func(id string) (string, error) {
		dir := os.Getenv(variable)
		if !filepath.IsAbs(dir) {
			home, err := ownHome()
			if err != nil {
				return "", err
			}
			dir = filepath.Join(home, byDefault)
		}
		return filepath.Join(dir, id, sub), nil
	}
}
