package install_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestInstall installs, upgrades and removes the program, whose older version has a
// file that the newer one has not.
func TestInstall(t *testing.T) {
	older, newer := unpack(t, packaged.Old), unpack(t, packaged.New)
	write(t, filepath.Join(older, "share/icons/hicolor/7x7/apps", packaged.ID+".png"), "x", 0o644)
	for _, s := range shells(t) {
		t.Run(s.name, func(t *testing.T) {
			h := newHome(t, s)
			h.must(older)
			h.checkInstalled(older)
			h.must(newer)
			h.checkInstalled(newer)
			h.must(newer)
			h.checkInstalled(newer)
			installed := filepath.Dir(h.list())
			if said := h.must(installed, "-uninstall"); !strings.Contains(said, "settings are still in") {
				t.Errorf("it does not say where the settings are:\n%s", said)
			}
			h.checkNothing()
		})
	}
}

// awkward are names of home folders that a shell, sed, a list or a desktop entry
// reads in its own way.
var awkward = []string{
	"a b|&$c`\"%d\\e'f", "100%", "%f", "a=b", "ü ☕", "-n", "*", "[a]?", "~", "#;<>", `\n`, `a\`, " ", "$HOME", "!x", "a\u00a0b",
}

// TestNamesOfHomes starts the program from its menu entry, as GLib does. In place
// of the program there is a script that notes how it was started.
func TestNamesOfHomes(t *testing.T) {
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "desktop-file-validate", "desktop-file-utils")
	archive := unpack(t, packaged.Old)
	script := "#!/bin/sh\ncase ${1-} in -quit | -version) exit ;; esac\nprintf '%s\\n' \"$0\" \"$@\" >\"$NOTE\"\n"
	write(t, filepath.Join(archive, "bin", packaged.ID), script, 0o755)
	for _, s := range shells(t) {
		for _, name := range awkward {
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

// TestRefusals are homes in which nothing can be installed, and bad arguments.
func TestRefusals(t *testing.T) {
	archive := unpack(t, packaged.Old)
	for _, s := range shells(t) {
		for _, c := range []struct{ name, home, want string }{
			{"no home", "", "HOME is not set"},
			{"relative", "relative", "HOME is not set to an absolute path"},
			{"line break", t.TempDir() + "/a\nb", "control character"},
			{"Latin-1", t.TempDir() + "/\xe9", "not valid UTF-8"},
			{"missing", t.TempDir() + "/missing", "does not exist"},
		} {
			if c.name == "Latin-1" && s.name == "busybox" {
				continue // it has no iconv to check with
			}
			t.Run(s.name+" "+c.name, func(t *testing.T) {
				h := newHome(t, s)
				h.dir = c.home
				if said, status := h.run(archive); status != 1 || !strings.Contains(said, c.want) {
					t.Errorf("exit status %d\n%s", status, said)
				}
			})
		}
		t.Run(s.name+" another user's", func(t *testing.T) {
			if os.Geteuid() != 0 {
				t.Skip("not for ordinary users: chown")
			}
			h := newHome(t, s)
			if err := os.Chown(h.dir, 65534, 65534); err != nil {
				t.Fatal(err)
			}
			if said, status := h.run(archive); status != 1 || !strings.Contains(said, "belongs to another user") {
				t.Errorf("exit status %d\n%s", status, said)
			}
			h.checkNothing()
		})
		t.Run(s.name+" installed script", func(t *testing.T) {
			h := newHome(t, s)
			h.must(archive)
			if said, status := h.run(filepath.Dir(h.list())); status != 1 || !strings.Contains(said, "in the folder of the unpacked archive") {
				t.Errorf("exit status %d\n%s", status, said)
			}
			h.checkInstalled(archive)
		})
		t.Run(s.name+" arguments", func(t *testing.T) {
			h := newHome(t, s)
			if said, status := h.run(archive, "-x"); status != 2 || !strings.Contains(said, "usage") {
				t.Errorf("an unknown flag: %d\n%s", status, said)
			}
			if said, status := h.run(archive, "-uninstall"); status != 1 || !strings.Contains(said, "is not installed") {
				t.Errorf("nothing to remove: %d\n%s", status, said)
			}
			if said := h.must(archive); os.Geteuid() == 0 && !strings.Contains(said, "you are root") {
				t.Errorf("root is not told who it is installed for:\n%s", said)
			}
		})
		t.Run(s.name+" another processor", func(t *testing.T) {
			other := unpack(t, packaged.Old)
			write(t, filepath.Join(other, "bin", packaged.ID), "\x7fELF", 0o755)
			h := newHome(t, s)
			if said, status := h.run(other); status != 1 || !strings.Contains(said, "another processor") {
				t.Errorf("exit status %d\n%s", status, said)
			}
			h.checkNothing()
		})
	}
}

// TestFilesOfOthers has files where the program's belong.
func TestFilesOfOthers(t *testing.T) {
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
				if status != 1 || !strings.Contains(said, h.file(name)+" is there already") {
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

// TestCaches has the desktop's caches brought up to date where there are any, and
// makes none for icons: it hides those of programs that know nothing of it.
func TestCaches(t *testing.T) {
	desktop.Need(t, "gtk-update-icon-cache", "gtk-update-icon-cache")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	archive := unpack(t, packaged.Old)
	h := newHome(t, shells(t)[0])
	caches := []string{".local/share/icons/hicolor/icon-theme.cache", ".local/share/applications/mimeinfo.cache"}
	h.must(archive)
	if exists(h.file(caches[0])) {
		t.Errorf("it has made %s", caches[0])
	}
	for _, name := range caches {
		write(t, h.file(name), "", 0o644)
	}
	h.must(archive)
	for _, name := range caches {
		if stat, err := os.Stat(h.file(name)); err != nil || stat.Size() == 0 {
			t.Errorf("%s is not brought up to date: %v", name, err)
		}
	}
	h.must(archive, "-uninstall")
	if icons, err := os.ReadFile(h.file(caches[0])); strings.Contains(string(icons), packaged.ID) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cache still has the icon: %v", err)
	}
}

// TestStartAtLogin removes the entry that starts this program, whose path the
// program has written with links resolved, and leaves that of another copy.
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

// TestFileThatCannotBeRemoved removes the others and says which one is left; later
// that goes too.
func TestFileThatCannotBeRemoved(t *testing.T) {
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

// TestFullDisk has the disk fill up at different moments. What was done can be
// undone on the same disk.
func TestFullDisk(t *testing.T) {
	archive := unpack(t, packaged.Old)
	for _, s := range shells(t) {
		for _, size := range []string{"4k", "40k", "200k", "4m", "10m"} {
			t.Run(s.name+" "+size, func(t *testing.T) {
				h := newHome(t, s)
				if err := syscall.Mount("small", h.dir, "tmpfs", 0, "mode=0700,size="+size); err != nil {
					t.Skipf("not for ordinary users: mount: %v", err)
				}
				t.Cleanup(func() {
					if err := syscall.Unmount(h.dir, 0); err != nil {
						t.Error(err)
					}
				})
				if said, status := h.run(archive); status == 0 {
					t.Errorf("it says that it has installed the program:\n%s", said)
				}
				if exists(h.list()) {
					h.must(archive, "-uninstall")
				}
				if left := h.left(); left != nil {
					t.Errorf("left: %q", left)
				}
			})
		}
	}
}
