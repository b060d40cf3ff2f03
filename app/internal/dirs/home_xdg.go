//go:build unix && !darwin

package dirs

import (
	"os"
	"path/filepath"
)

func homes() bases {
	return bases{
		config: xdg("XDG_CONFIG_HOME", ".config", ""),
		data:   xdg("XDG_DATA_HOME", ".local/share", ""),
		state:  xdg("XDG_STATE_HOME", ".local/state", ""),
		// Not XDG_RUNTIME_DIR, which is in memory and too small for uploads.
		temp:    xdg("XDG_CACHE_HOME", ".cache", "temp"),
		runtime: runtimeBase,
	}
}

// xdg returns a folder in the folder that the variable names, or in its default value. It
// ignores relative paths, as the specification requires.
func xdg(variable, byDefault, sub string) base {
	return func(id string) (string, error) {
		dir := os.Getenv(variable)
		if !filepath.IsAbs(dir) {
			home, err := Home()
			if err != nil {
				return "", err
			}
			dir = filepath.Join(home, byDefault)
		}
		return filepath.Join(dir, id, sub), nil
	}
}

// runtimeBase returns the folder in XDG_RUNTIME_DIR, if that belongs to this user and
// other users cannot write to it, as the specification requires. Under sudo, it can belong
// to the user who called sudo.
func runtimeBase(id string) (string, error) {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	stat, err := os.Stat(dir)
	if err == nil && stat.IsDir() && filepath.IsAbs(dir) && ownerOf(stat) == os.Geteuid() && stat.Mode().Perm()&0o022 == 0 {
		return filepath.Join(dir, id), nil
	}
	return xdg("XDG_CACHE_HOME", ".cache", "")(id)
}
