package install_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestInstall upgrades and removes the program while it is running. The older version has a file
// that the newer one does not have.
func TestInstall(t *testing.T) {
	older, newer := unpack(t, packaged.Old), unpack(t, packaged.New)
	write(t, filepath.Join(older, "share/icons/hicolor/7x7/apps", packaged.ID+".png"), "x", 0o644)
	for _, s := range shells(t) {
		t.Run(s.name, func(t *testing.T) {
			h := newHome(t, s)
			h.must(older)
			h.checkInstalled(older)
			running := h.start()
			h.must(newer)
			if err := running.Wait(); err != nil {
				t.Errorf("after the upgrade the old version ends with %v", err)
			}
			h.checkInstalled(newer)
			h.must(newer)
			h.checkInstalled(newer)
			running = h.start()
			installed := filepath.Dir(h.list())
			if said := h.must(installed, "-uninstall"); !strings.Contains(said, "settings are still in") {
				t.Errorf("it does not say where the settings are:\n%s", said)
			}
			if err := running.Wait(); err != nil {
				t.Errorf("after the removal the program ends with %v", err)
			}
			if left := h.left(); len(left) > 0 { // the folder of the owner's data stays
				t.Errorf("left: %q", left)
			}
		})
	}
}

// difficult are names of home folders with special characters of shells, sed, lists and desktop
// entries.
var difficult = []string{"a b|&$c`\"%d\\e'f", "100%f", "ü ☕=*", "-n", `a\`, "$HOME"}

// TestHome_names starts the program from its menu entries, like GLib. A script that writes its
// arguments to a file replaces the program.
func TestHome_names(t *testing.T) {
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "desktop-file-validate", "desktop-file-utils")
	archive := unpack(t, packaged.Old)
	script := "#!/bin/sh\ncase ${1-} in -quit | -version) exit ;; esac\nprintf '%s\\n' \"$0\" \"$@\" >\"$NOTE\"\n"
	write(t, filepath.Join(archive, "bin", packaged.ID), script, 0o755)
	for _, s := range shells(t) {
		for _, name := range difficult {
			t.Run(s.name+" "+name, func(t *testing.T) {
				h := newHome(t, s)
				h.dir = filepath.Join(h.dir, name)
				if err := os.Mkdir(h.dir, 0o700); err != nil {
					t.Fatal(err)
				}
				h.must(archive)
				if out, err := exec.Command("desktop-file-validate", h.entry()).CombinedOutput(); err != nil {
					t.Errorf("desktop-file-validate: %v\n%s", err, out)
				}
				file := h.file("a%f 'b.tea")
				write(t, file, "", 0o600)
				for args, want := range map[[2]string]string{
					{h.entry()}:       h.program() + "\n--\n",
					{h.entry(), file}: h.program() + "\n--\n" + file + "\n",
					{strings.TrimSuffix(h.entry(), ".desktop") + "-url.desktop", "tea:green%20?a=b"}: h.program() + "\n--\ntea:green%20?a=b\n",
				} {
					note := filepath.Join(t.TempDir(), "note")
					launch := exec.Command("gio", "launch", args[0])
					if args[1] != "" {
						launch.Args = append(launch.Args, args[1])
					}
					launch.Env = append(os.Environ(), "NOTE="+note, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
					if out, err := launch.CombinedOutput(); err != nil {
						t.Fatalf("gio launch: %v\n%s", err, out)
					}
					desktop.Await(t, "the program to start with "+args[1], func() bool {
						got, err := os.ReadFile(note)
						return err == nil && string(got) == want
					})
				}
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
				h.must(archive, "-uninstall")
				h.checkNothing()
			})
		}
	}
}

// TestRefusals: install.sh refuses unsuitable homes and archives, and bad arguments.
func TestRefusals(t *testing.T) {
	archive, other := unpack(t, packaged.Old), unpack(t, packaged.Old)
	write(t, filepath.Join(other, "bin", packaged.ID), "\x7fELF", 0o755)
	theirs := t.TempDir()
	if err := os.Chown(theirs, 65534, 65534); err != nil {
		t.Logf("not for ordinary users: %v", err)
		theirs = "relative"
	}
	for _, s := range shells(t) {
		for _, c := range []struct {
			name, home, archive string
			args                []string
			status              int
			want                string
		}{
			{"no home", "", archive, nil, 1, "HOME is not set"},
			{"relative", "relative", archive, nil, 1, "HOME is not set to an absolute path"},
			{"line break", t.TempDir() + "/a\nb", archive, nil, 1, "control character"},
			{"missing", t.TempDir() + "/missing", archive, nil, 1, "does not exist"},
			{"another user's", theirs, archive, nil, 1, map[bool]string{true: "HOME", false: "belongs to another user"}[theirs == "relative"]},
			{"another processor", t.TempDir(), other, nil, 1, "another processor"},
			{"unknown flag", t.TempDir(), archive, []string{"-x"}, 2, "usage"},
			{"nothing to remove", t.TempDir(), archive, []string{"-uninstall"}, 1, "is not installed"},
		} {
			t.Run(s.name+" "+c.name, func(t *testing.T) {
				h := newHome(t, s)
				h.dir = c.home
				if said, status := h.run(c.archive, c.args...); status != c.status || !strings.Contains(said, c.want) {
					t.Errorf("exit status %d\n%s", status, said)
				}
			})
		}
	}
}

// TestOthersFiles: install.sh refuses to replace files of others.
func TestOthersFiles(t *testing.T) {
	archive := unpack(t, packaged.Old)
	for _, s := range shells(t) {
		for _, name := range []string{
			".local/bin/" + packaged.ID, ".local/bin/" + packaged.ID + ".new",
			".local/share/applications/" + packaged.ID + ".desktop", ".local/share/doc/" + packaged.ID + "/copyright",
		} {
			t.Run(s.name+" "+name, func(t *testing.T) {
				h := newHome(t, s)
				write(t, h.file(name), "theirs", 0o600)
				said, status := h.run(archive)
				if status != 1 || !strings.Contains(said, h.file(name)+" exists already") {
					t.Errorf("exit status %d\n%s", status, said)
				}
				if left := h.left(); len(left) != 1 {
					t.Errorf("files: %q", left)
				}
				if got, err := os.ReadFile(h.file(name)); err != nil || string(got) != "theirs" {
					t.Errorf("%q, %v", got, err)
				}
			})
		}
	}
}

// TestCaches: install.sh updates the desktop's caches, and makes none for icons, because it would
// hide the icons of other programs.
func TestCaches(t *testing.T) {
	desktop.Need(t, "gtk-update-icon-cache", "gtk-update-icon-cache")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	archive := unpack(t, packaged.Old)
	h := newHome(t, shells(t)[0])
	caches := []string{".local/share/icons/hicolor/icon-theme.cache", ".local/share/applications/mimeinfo.cache"}
	h.must(archive)
	if exists(h.file(caches[0])) {
		t.Errorf("%s was made", caches[0])
	}
	for _, name := range caches {
		write(t, h.file(name), "", 0o644)
	}
	h.must(archive)
	for _, name := range caches {
		if stat, err := os.Stat(h.file(name)); err != nil || stat.Size() == 0 {
			t.Errorf("%s was not updated: %v", name, err)
		}
	}
	h.must(archive, "-uninstall")
	if icons, err := os.ReadFile(h.file(caches[0])); strings.Contains(string(icons), packaged.ID) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cache still has the icon: %v", err)
	}
}

// TestStartAtLogin: -uninstall removes the entry that starts this program at login, also with
// symbolic links resolved, and keeps that of another copy.
func TestStartAtLogin(t *testing.T) {
	archive := unpack(t, packaged.Old)
	for _, s := range shells(t) {
		h := newHome(t, s)
		elsewhere := t.TempDir() + `/a\b`
		if err := os.Mkdir(elsewhere, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(elsewhere, h.file(".local")); err != nil {
			t.Fatal(err)
		}
		entry := h.file(".config/autostart", packaged.ID+".desktop")
		for program, stays := range map[string]bool{h.program(): false, elsewhere + "/bin/" + packaged.ID: false, "/opt/" + packaged.ID: true} {
			h.must(archive)
			write(t, entry, "[Desktop Entry]\nTryExec="+strings.ReplaceAll(program, `\`, `\\`)+"\n", 0o644)
			h.must(archive, "-uninstall")
			if exists(entry) != stays {
				t.Errorf("%s: the entry for %s is left: %t, want %t", s.name, program, !stays, stays)
			}
		}
	}
}

// TestUninstall_fileInUse: if one file cannot be removed, -uninstall removes the others and names
// it. A second try removes it.
func TestUninstall_fileInUse(t *testing.T) {
	archive := unpack(t, packaged.Old)
	for _, s := range shells(t) {
		h := newHome(t, s)
		h.must(archive)
		stuck := h.file(".local/share/icons/hicolor/48x48/apps", packaged.ID+".png")
		if err := exec.Command("chattr", "+i", stuck).Run(); err != nil {
			t.Skipf("not for this user or file system: chattr +i: %v", err)
		}
		said, status := h.run(archive, "-uninstall")
		if err := exec.Command("chattr", "-i", stuck).Run(); err != nil {
			t.Fatal(err)
		}
		if status != 1 || !strings.Contains(said, stuck) {
			t.Errorf("%s: exit status %d\n%s", s.name, status, said)
		}
		if exists(h.program()) || exists(h.entry()) {
			t.Errorf("%s: the program or its menu entry is left", s.name)
		}
		h.must(filepath.Dir(h.list()), "-uninstall")
		h.checkNothing()
	}
}
