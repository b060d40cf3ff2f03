//go:build unix

package dirs

import (
	"fmt"
	"os"
	"path/filepath"
)

// ownHome returns the user's home. One that belongs to somebody else is not
// ours to write to: under sudo, what root made there would lock its owner out.
func ownHome() (string, error) {
	home := os.Getenv("HOME")
	if !filepath.IsAbs(home) {
		return "", fmt.Errorf("%w: HOME is %q", errUnusable, home)
	}
	stat, err := os.Stat(home)
	if err != nil {
		return "", fmt.Errorf("%w: home: %w", errUnusable, err)
	}
	if !stat.IsDir() {
		return "", fmt.Errorf("%w: home %s is not a folder", errUnusable, home)
	}
	if owner := ownerOf(stat); owner != os.Geteuid() {
		return "", fmt.Errorf("%w: home %s belongs to user %d, and this is user %d", errUnusable, home, owner, os.Geteuid())
	}
	return home, nil
}
