package packages_test

import (
	"archive/zip"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

func startWindows(t *testing.T) *wine.Windows {
	t.Helper()
	desktop.Need(t, "makensis", "nsis")
	return wine.Start(t, packaged.Name, packaged.ID)
}

const runKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`

// addSetup puts the set-up of a version on drive C, and returns its file and the
// program that it is to install.
func addSetup(t *testing.T, w *wine.Windows, version string) (setup string, program []byte) {
	t.Helper()
	dir := packaged.Make(t, "windows/amd64", version)
	prefix := packaged.ID + "-" + version + "-windows-amd64"
	setup = w.Drive(prefix + "-setup.exe")
	if err := packaged.Copy(filepath.Join(dir, prefix+"-setup.exe"), setup); err != nil {
		t.Fatal(err)
	}
	portable, err := zip.OpenReader(filepath.Join(dir, prefix+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer portable.Close()
	if program, err = fs.ReadFile(portable, packaged.Name+"/"+packaged.ID+".exe"); err != nil {
		t.Fatal(err)
	}
	return setup, program
}

// TestSilentSetup is the whole life of the program on Windows, as an
// administrator's tools would have it.
func TestSilentSetup(t *testing.T) {
	w := startWindows(t)
	older, oldProgram := addSetup(t, w, packaged.Old)
	newer, newProgram := addSetup(t, w, packaged.New)

	w.Run("wine", older, "/S")
	w.CheckInstalled(oldProgram)
	if wine.Exists(w.User("Desktop", packaged.Name+".lnk")) || w.InRegistry(runKey, "/v", packaged.ID) {
		t.Error("it makes itself at home without being asked")
	}
	address := w.StartFromMenu()
	get(t, address)

	w.Run("wine", newer, "/S")
	w.AwaitEnd(address)
	w.CheckInstalled(newProgram)

	address = w.StartFromMenu()
	get(t, address)
	w.Remove()
	w.AwaitEnd(address)
}
