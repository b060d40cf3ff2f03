package setup_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

const runKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`

// TestOneInstallation asks for a second folder, and has the uninstaller of a copied
// folder run: neither touches the program that is installed.
func TestOneInstallation(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	if w.install(w.newer, `/D=C:\other`) == 0 {
		t.Error("the set-up says that it has installed a second copy")
	}
	if exists(w.drive("other")) {
		t.Errorf("left: %q", names(t, w.drive("other")))
	}
	w.checkInstalled(w.older)

	if err := os.CopyFS(w.drive("copy"), os.DirFS(w.folder())); err != nil {
		t.Fatal(err)
	}
	if w.uninstall(w.drive("copy"), `C:\copy`) == 0 {
		t.Error("the uninstaller of a copy says that it has uninstalled the program")
	}
	w.checkInstalled(w.older)

	if status := w.install(w.newer, `/D=`+strings.ToUpper(usualFolder)); status != 0 {
		t.Errorf("an upgrade into the same folder: exit status %d", status)
	}
	w.checkInstalled(w.newer)
	w.removeAll()

	if status := w.install(w.newer, `/D=C:\other`); status != 0 {
		t.Errorf("after the removal, elsewhere: exit status %d", status)
	}
	if !works(w.drive("other"), w.newer) {
		t.Error("it is not there")
	}
	if status := w.uninstall(w.drive("other"), `C:\other`); status != 0 || exists(w.drive("other")) {
		t.Errorf("the uninstaller there: exit status %d", status)
	}
}

// TestStartAtLogin removes the entry of the installed program, however it is
// written, and leaves that of another copy.
func TestStartAtLogin(t *testing.T) {
	w := start(t)
	program := usualFolder + `\` + about.ID + `.exe`
	for entry, stays := range map[string]bool{
		`"` + program + `" -no-browser`:                     false,
		program + ` -no-browser`:                            false,
		`"C:\portable\` + about.ID + `.exe" -no-browser`:    true,
		`C:\portable\` + about.ID + `.exe -no-browser -x y`: true,
	} {
		w.run("wine", w.older.path, "/S")
		w.run("wine", "reg", "add", runKey, "/v", about.ID, "/d", entry, "/f")
		if status := w.uninstall(w.folder(), usualFolder); status != 0 {
			t.Errorf("with %s the uninstaller's exit status is %d", entry, status)
		}
		if left := w.status("wine", "reg", "query", runKey, "/v", about.ID) == 0; left != stays {
			t.Errorf("%s is left: %t, want %t", entry, left, stays)
		}
		w.status("wine", "reg", "delete", runKey, "/v", about.ID, "/f")
	}
}
