package autostart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Program returns a stable path of this program's file: the AppImage that it runs from,
// or the path by which it was started, if that is this program's file, or the path that
// the system returns.
//
// The path that the system returns on Linux has no symbolic links. But links are more
// stable: a linked folder can be moved, a link such as tool -> tool-1.2 will point to the
// next version, and the owner and uninstallers know the link.
func Program() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program's own file: %w", err)
	}
	if image := appImage(exe, os.Getenv("APPDIR"), os.Getenv("APPIMAGE")); image != exe {
		return image, nil
	}
	started, err := exec.LookPath(os.Args[0])
	if err != nil {
		return exe, nil
	}
	if started, err = filepath.Abs(started); err == nil && isSameFile(started, exe) {
		return started, nil
	}
	return exe, nil
}

func isSameFile(a, b string) bool {
	statA, errA := os.Stat(a)
	statB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(statA, statB)
}

// appImage returns the AppImage that exe runs from or, if there is none, exe. The path in
// the mounted image would not exist after the program ends. Other programs that are
// started from an AppImage inherit its variables, so exe must be in mount.
func appImage(exe, mount, image string) string {
	if filepath.IsAbs(mount) && filepath.IsAbs(image) && strings.HasPrefix(exe, filepath.Clean(mount)+string(filepath.Separator)) {
		return image
	}
	return exe
}
