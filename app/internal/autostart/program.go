package autostart

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Program returns the file of this program, under the path that stays: the
// AppImage that it runs from, else the path by which it was started, if that is
// this program's file, else what the system calls it.
//
// On Linux the system follows symbolic links. A folder that is one can be moved
// and the link changed, and a link such as tool -> tool-1.2 names the next
// version one day; the owner, and what removes the program, know the link.
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

// appImage returns the AppImage that exe runs from or, if there is none, exe: the
// folder that the image is mounted on is gone after the program. Programs that are
// started from an AppImage inherit its variables, so exe has to be in mount.
func appImage(exe, mount, image string) string {
	if filepath.IsAbs(mount) && filepath.IsAbs(image) && strings.HasPrefix(exe, filepath.Clean(mount)+string(filepath.Separator)) {
		return image
	}
	return exe
}
