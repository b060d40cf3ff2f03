//go:build unix

package dirs

import (
	"fmt"
	"os"
	"path/filepath"
)

// Home returns the user's home folder. It returns an error if the folder belongs to
// another user: under sudo, files that root makes there would be inaccessible to their
// owner.
func Home() (string, error) {
	home := os.Getenv("HOME")
	if !filepath.IsAbs(home) {
		return "", unusable{fmt.Errorf("HOME is %q", home)}
	}
	stat, err := os.Stat(home)
	if err != nil {
		return "", unusable{fmt.Errorf("home: %w", err)}
	}
	if !stat.IsDir() {
		return "", unusable{fmt.Errorf("home %s is not a folder", home)}
	}
	if owner := ownerOf(stat); owner != os.Geteuid() {
		return "", unusable{fmt.Errorf("home %s belongs to user %d, and this is user %d", home, owner, os.Geteuid())}
	}
	return home, nil
}
