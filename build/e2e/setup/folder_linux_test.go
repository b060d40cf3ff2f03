package setup_test

import (
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const runKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`

func (w *windows) write(path, content string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *windows) checkContent(path, want string) {
	w.t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		w.t.Errorf("%s holds %.40q, %v; want %q", path, got, err, want)
	}
}

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

	if err := os.CopyFS(w.mkdir("copy"), os.DirFS(w.folder())); err != nil {
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
	program := usualFolder + `\` + packaged.ID + `.exe`
	for entry, stays := range map[string]bool{
		`"` + program + `" -no-browser`:                        false,
		program + ` -no-browser`:                               false,
		`"C:\portable\` + packaged.ID + `.exe" -no-browser`:    true,
		`C:\portable\` + packaged.ID + `.exe -no-browser -x y`: true,
	} {
		w.run("wine", w.older.path, "/S")
		w.run("wine", "reg", "add", runKey, "/v", packaged.ID, "/d", entry, "/f")
		if status := w.uninstall(w.folder(), usualFolder); status != 0 {
			t.Errorf("with %s the uninstaller's exit status is %d", entry, status)
		}
		if left := w.status("wine", "reg", "query", runKey, "/v", packaged.ID) == 0; left != stays {
			t.Errorf("%s is left: %t, want %t", entry, left, stays)
		}
		w.status("wine", "reg", "delete", runKey, "/v", packaged.ID, "/f")
	}
}

// TestFilesOfOthers has files in the chosen folder, and a shortcut, that the set-up
// has not made.
func TestFilesOfOthers(t *testing.T) {
	w := start(t)
	w.mkdir("tools")
	for _, name := range []string{"LICENSE.txt", "uninstall.exe", packaged.ID + ".exe", "notes.txt"} {
		theirs := w.drive("tools", name)
		w.write(theirs, "theirs")
		if w.install(w.older, `/D=C:\tools`) == 0 {
			t.Errorf("beside another's %s the set-up says that it has installed the program", name)
		}
		w.checkContent(theirs, "theirs")
		if got := names(t, w.drive("tools")); !slices.Equal(got, []string{name}) {
			t.Errorf("the folder holds %q", got)
		}
		w.checkNothing()
		if err := os.Remove(theirs); err != nil {
			t.Fatal(err)
		}
	}

	notes := filepath.Join(w.folder(), "notes.txt")
	w.write(w.shortcut(), "theirs")
	w.run("wine", w.older.path, "/S")
	w.write(notes, "the owner's")
	w.run("wine", w.newer.path, "/S")
	if !works(w.folder(), w.newer) {
		t.Error("beside the owner's notes no upgrade takes place")
	}
	if status := w.uninstall(w.folder(), usualFolder); status != 0 {
		t.Errorf("the uninstaller: exit status %d", status)
	}
	w.checkContent(w.shortcut(), "theirs")
	w.checkContent(notes, "the owner's")
	defer os.RemoveAll(w.folder())
	defer os.Remove(w.shortcut())
	if got := names(t, w.folder()); !slices.Equal(got, []string{"notes.txt"}) {
		t.Errorf("the folder holds %q", got)
	}
	if w.listed() {
		t.Error("it is still among the apps")
	}
}

// TestUninstallerInPlace has the uninstaller run in its folder, as programs that
// manage others have it: its file stays, and the program can be installed again.
func TestUninstallerInPlace(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	if status := w.status("wine", usualFolder+`\uninstall.exe`, "/S", "_?="+usualFolder); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if got := names(t, w.folder()); !slices.Equal(got, []string{"uninstall.exe"}) || w.listed() {
		t.Errorf("left: %q; among the apps: %t", got, w.listed())
	}
	w.run("wine", w.newer.path, "/S")
	w.checkInstalled(w.newer)
	w.removeAll()
}
