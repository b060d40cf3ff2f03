package packages_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/internal/about"
)

// A windows is a Windows of wine's, on the screen of a desktop, without the
// program.
type windows struct {
	*desktop.Desktop
	t   *testing.T
	env []string
}

const linker = "x86_64-w64-mingw32-ld"

func startWindows(t *testing.T) *windows {
	t.Helper()
	desktop.Need(t, "wine", "wine")
	desktop.Need(t, "wineserver", "wine")
	desktop.Need(t, linker, "binutils-mingw-w64-x86-64")
	desktop.Need(t, "makensis", "nsis")
	w := &windows{Desktop: desktop.Start(t), t: t}
	bin := filepath.Join(w.Home(), "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	// In place of a browser: wine opens addresses with it.
	browser := "#!/bin/sh\necho \"$1\" >> '" + w.opened() + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(browser), 0o700); err != nil {
		t.Fatal(err)
	}
	w.env = []string{
		"USER=owner",
		"WINEPREFIX=" + filepath.Join(w.Home(), "wine"),
		"WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe=d",
		"PATH=" + bin + ":" + os.Getenv("PATH"),
	}
	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(w.user("AppData/Local", about.ID, "state", "log.txt"))
			t.Logf("the log: %v\n%s", err, log)
		}
		w.Spawn(w.command("wineserver", "-k")).Wait()
		w.Spawn(w.command("wineserver", "-w")).Wait()
	})
	w.run("wine", "wineboot", "-i")
	w.addRandom()
	// Programs from outside wine are nobody that it knows.
	w.write(w.user("AppData/Roaming", about.ID, "settings.json"), []byte(`{"otherUsers": true}`))
	return w
}

// addRandom makes up for a library that wine 8 lacks and every Go program needs:
// its one function is another one of wine's.
func (w *windows) addRandom() {
	w.t.Helper()
	target := w.drive("windows/system32/bcryptprimitives.dll")
	if _, err := os.Stat(target); err == nil {
		return
	}
	exports := filepath.Join(w.Home(), "random.def")
	w.write(exports, []byte("LIBRARY bcryptprimitives.dll\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n"))
	w.run(linker, "-shared", "-s", "--entry=0", "-o", target, exports)
}

func (w *windows) command(name string, args ...string) *exec.Cmd {
	cmd := w.Command(name, args...)
	cmd.Env = append(cmd.Env, w.env...)
	return cmd
}

// run runs a command to its end.
func (w *windows) run(name string, args ...string) {
	w.t.Helper()
	p := w.Spawn(w.command(name, args...))
	if state := p.Wait(); !state.Success() {
		w.t.Fatalf("%s %q: %v\n%s%s", name, args, state, p.Stdout(), p.Stderr())
	}
}

func (w *windows) write(path string, content []byte) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o700); err != nil {
		w.t.Fatal(err)
	}
}

// drive and user are files below C:\ and below the owner's folder there.
func (w *windows) drive(elem ...string) string {
	return filepath.Join(w.Home(), "wine", "drive_c", filepath.Join(elem...))
}

func (w *windows) user(elem ...string) string {
	return w.drive("users", "owner", filepath.Join(elem...))
}

func (w *windows) installed(name string) string {
	return w.user("AppData/Local/Programs", about.Name, name)
}

func (w *windows) shortcut() string {
	return w.user("AppData/Roaming/Microsoft/Windows/Start Menu/Programs", about.Name+".lnk")
}

func (w *windows) opened() string { return filepath.Join(w.Home(), "opened") }

// addresses are those that the browser was asked to open.
func (w *windows) addresses() []string {
	text, err := os.ReadFile(w.opened())
	if err != nil {
		return nil // none so far
	}
	return strings.Fields(string(text))
}

// startFromMenu starts the program by its entry in the start menu, and returns
// its address.
func (w *windows) startFromMenu() string {
	w.t.Helper()
	before := len(w.addresses())
	w.Spawn(w.command("wine", "start", `C:\users\owner\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\`+about.Name+".lnk"))
	desktop.Await(w.t, "the browser to open", func() bool { return len(w.addresses()) > before })
	return w.addresses()[before]
}

// awaitEnd waits until nobody answers at an address any more.
func (w *windows) awaitEnd(address string) {
	w.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	desktop.Await(w.t, "the program to end", func() bool {
		conn, err := net.Dial("tcp", u.Host)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
}

func (w *windows) awaitGone(path string) {
	w.t.Helper()
	desktop.Await(w.t, path+" to go", func() bool { return !exists(path) })
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// inRegistry reports whether the owner's part of the registry has a key or a
// value.
func (w *windows) inRegistry(args ...string) bool {
	w.t.Helper()
	p := w.Spawn(w.command("wine", append([]string{"reg", "query"}, args...)...))
	return p.Wait().Success()
}

const (
	uninstallKey = `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\` + about.ID
	runKey       = `HKCU\Software\Microsoft\Windows\CurrentVersion\Run`
)

// addSetup puts the set-up of a version on drive C, and returns its file and the
// program that it is to install.
func (w *windows) addSetup(version string) (setup string, program []byte) {
	w.t.Helper()
	dir := packaged.Make(w.t, "windows/amd64", version)
	prefix := about.ID + "-" + version + "-windows-amd64"
	setup = w.drive(prefix + "-setup.exe")
	if err := packaged.Copy(filepath.Join(dir, prefix+"-setup.exe"), setup); err != nil {
		w.t.Fatal(err)
	}
	portable, err := zip.OpenReader(filepath.Join(dir, prefix+".zip"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer portable.Close()
	if program, err = fs.ReadFile(portable, about.Name+"/"+about.ID+".exe"); err != nil {
		w.t.Fatal(err)
	}
	return setup, program
}

// checkInstalled checks that this program is installed, whole.
func (w *windows) checkInstalled(program []byte) {
	w.t.Helper()
	got, err := os.ReadFile(w.installed(about.ID + ".exe"))
	if err != nil {
		w.t.Fatal(err)
	}
	if !bytes.Equal(got, program) {
		w.t.Error("another program is installed")
	}
	for _, path := range []string{w.installed("uninstall.exe"), w.installed("LICENSE.txt"), w.shortcut()} {
		if !exists(path) {
			w.t.Errorf("there is no %s", path)
		}
	}
	if exists(w.installed(about.ID + ".exe.new")) {
		w.t.Error("half an installation was left behind")
	}
	if !w.inRegistry(uninstallKey, "/v", "UninstallString") {
		w.t.Error("Windows is not told how to uninstall")
	}
}

// TestSilentSetup is the whole life of the program on Windows, as an
// administrator's tools would have it.
func TestSilentSetup(t *testing.T) {
	w := startWindows(t)
	older, oldProgram := w.addSetup(packaged.Old)
	newer, newProgram := w.addSetup(packaged.New)

	w.run("wine", older, "/S")
	w.checkInstalled(oldProgram)
	if exists(w.user("Desktop", about.Name+".lnk")) || w.inRegistry(runKey, "/v", about.ID) {
		t.Error("it makes itself at home without being asked")
	}
	address := w.startFromMenu()
	get(t, address)

	w.run("wine", newer, "/S")
	w.awaitEnd(address)
	w.checkInstalled(newProgram)

	address = w.startFromMenu()
	get(t, address)
	w.run("wine", w.installed("uninstall.exe"), "/S")
	w.awaitEnd(address)
	w.awaitGone(w.installed("uninstall.exe"))
	w.awaitGone(filepath.Dir(w.installed("x")))
	w.awaitGone(w.shortcut())
	if w.inRegistry(uninstallKey) || w.inRegistry(`HKCU\Software\`+about.ID) {
		t.Error("the registry still knows of it")
	}
	if !exists(w.user("AppData/Roaming", about.ID, "settings.json")) {
		t.Error("the owner's settings are gone")
	}
}
