package installer_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

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
		w.t.Errorf("%s has %.40q, %v; want %q", path, got, err, want)
	}
}

// TestFolder_second installs into a second folder, and runs the uninstaller in a copy of the
// first one. Neither changes the installed program.
func TestFolder_second(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	if w.install(w.newer, `/D=C:\other`) == 0 {
		t.Error("the installer reports success")
	}
	if wine.Exists(w.drive("other")) {
		t.Errorf("left: %q", w.names(w.drive("other")))
	}
	w.checkInstalled(w.older)

	if err := os.CopyFS(w.mkdir("copy"), os.DirFS(w.folder())); err != nil {
		t.Fatal(err)
	}
	if w.uninstall(w.drive("copy"), `C:\copy`) == 0 {
		t.Error("the uninstaller of the copy reports success")
	}
	w.checkInstalled(w.older)

	if status := w.install(w.newer, `/D=`+strings.ToUpper(usualFolder)); status != 0 {
		t.Errorf("an upgrade in the same folder: exit status %d", status)
	}
	w.checkInstalled(w.newer)
	w.removeAll()
}

// TestStartAtLogin: the uninstaller removes the entry of the installed program, with or without
// quotes, and keeps that of another copy.
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
		w.run("wine", "reg", "add", wine.RunKey, "/v", packaged.ID, "/d", entry, "/f")
		if status := w.uninstall(w.folder(), usualFolder); status != 0 {
			t.Errorf("with %s the uninstaller's exit status is %d", entry, status)
		}
		if left := w.status("wine", "reg", "query", wine.RunKey, "/v", packaged.ID) == 0; left != stays {
			t.Errorf("%s is left: %t, want %t", entry, left, stays)
		}
		w.status("wine", "reg", "delete", wine.RunKey, "/v", packaged.ID, "/f")
	}
}

// TestFolder_othersFiles: the installer refuses a folder with files that it has not made, and keeps
// such a shortcut. The uninstaller keeps the owner's files.
func TestFolder_othersFiles(t *testing.T) {
	w := start(t)
	w.mkdir("tools")
	for _, name := range []string{"LICENSE.txt", "uninstall.exe", packaged.ID + ".exe", "notes.txt"} {
		theirs := w.drive("tools", name)
		w.write(theirs, "theirs")
		if w.install(w.older, `/D=C:\tools`) == 0 {
			t.Errorf("beside %s the installer reports success", name)
		}
		w.checkContent(theirs, "theirs")
		if got := w.names(w.drive("tools")); !slices.Equal(got, []string{name}) {
			t.Errorf("the folder has %q", got)
		}
		w.checkNothing()
		if err := os.Remove(theirs); err != nil {
			t.Fatal(err)
		}
	}

	notes := filepath.Join(w.folder(), "notes.txt")
	defer os.RemoveAll(w.folder())
	defer os.Remove(w.shortcut())
	w.write(w.shortcut(), "theirs")
	w.run("wine", w.older.path, "/S")
	w.write(notes, "the owner's")
	w.run("wine", w.newer.path, "/S")
	if !w.works(w.newer) {
		t.Error("the program is not upgraded")
	}
	if status := w.uninstall(w.folder(), usualFolder); status != 0 {
		t.Errorf("the uninstaller: exit status %d", status)
	}
	w.checkContent(w.shortcut(), "theirs")
	w.checkContent(notes, "the owner's")
	if got := w.names(w.folder()); !slices.Equal(got, []string{"notes.txt"}) {
		t.Errorf("the folder has %q", got)
	}
	if w.listed() {
		t.Error("Windows still lists the program")
	}
}

// TestUninstall_others: the uninstaller keeps what other programs have in the registry and in folders
// that are called like the program, even if the owner chooses to delete the program's files.
func TestUninstall_others(t *testing.T) {
	w := start(t)
	w.install(w.older.with(t, "chosen", w.older.line(t, `Section /o "un.`), `Section "un.My settings" UnsectionOwners`))
	w.checkInstalled(w.older)
	key := `HKCU\Software\` + packaged.ID + `\Other`
	w.run("wine", "reg", "add", key, "/v", "theirs", "/d", "x", "/f")
	folder := w.drive("users", wine.User, "AppData")
	roaming, local := filepath.Join(folder, "Roaming", packaged.ID), filepath.Join(folder, "Local", packaged.ID)
	theirs := []string{filepath.Join(roaming, "theirs.txt"), filepath.Join(local, "other", "theirs.txt")}
	for _, path := range append(theirs,
		filepath.Join(roaming, "settings.json"), filepath.Join(roaming, "settings.json.backup"), filepath.Join(roaming, ".settings.json.new-1"),
		filepath.Join(local, "data", "a", "b"), filepath.Join(local, "state", "log.txt"), filepath.Join(local, "temp", "c"),
	) {
		w.write(path, "x")
	}
	if status := w.uninstall(w.folder(), usualFolder); status != 0 {
		t.Errorf("the uninstaller: exit status %d", status)
	}
	for path, want := range map[string][]string{roaming: {"theirs.txt"}, local: {"other"}, filepath.Join(local, "other"): {"theirs.txt"}} {
		if got := w.names(path); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", path, got, want)
		}
	}
	w.run("wine", "reg", "query", key, "/v", "theirs")
	w.run("wine", "reg", "delete", `HKCU\Software\`+packaged.ID, "/f")
	for _, path := range []string{roaming, local} {
		if err := os.RemoveAll(path); err != nil {
			t.Error(err)
		}
	}
	w.checkNothing()
}

// TestUpgrade_renamed: an upgrade to a version with another name replaces the shortcuts, and the
// uninstaller removes them.
func TestUpgrade_renamed(t *testing.T) {
	w := start(t)
	script := slices.Clone(w.older.script)
	script[w.older.line(t, "!define NAME ")] = `!define NAME "Old $$name"`
	script[w.older.line(t, `Section /o "Icon on the desktop"`)] = `Section "Icon on the desktop" SectionDesktop`
	w.run("wine", w.older.compile(t, "renamed", script), "/S", "/D="+usualFolder)
	desktop := w.drive("users", wine.User, "Desktop")
	check := func(when string, want ...string) {
		t.Helper()
		for _, dir := range []string{filepath.Dir(w.shortcut()), desktop} {
			got := slices.DeleteFunc(w.names(dir), func(name string) bool { return filepath.Ext(name) != ".lnk" })
			if !slices.Equal(got, want) {
				t.Errorf("%s %s has %q, want %q", when, dir, got, want)
			}
		}
	}
	check("before the upgrade,", "Old $name.lnk")
	w.run("wine", w.newer.path, "/S")
	w.checkInstalled(w.newer)
	check("after the upgrade,", packaged.Name+".lnk")
	w.removeAll()
	check("after the removal,")
}
