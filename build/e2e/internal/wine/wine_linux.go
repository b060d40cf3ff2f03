package wine

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// A Windows is a Windows of wine's, on the screen of a desktop, without the program.
type Windows struct {
	*desktop.Desktop
	Name, ID string // of the program that is going to be installed

	t   testing.TB
	env []string
}

const linker = "x86_64-w64-mingw32-ld"

// Need skips the test where there is no wine.
func Need(t testing.TB) {
	t.Helper()
	desktop.Need(t, "wine", "wine")
	desktop.Need(t, "wineserver", "wine")
	desktop.Need(t, linker, "binutils-mingw-w64-x86-64")
}

// Env are the variables of a Windows in the folder prefix: without wizards that install
// what is missing, and entries in menus. Its user is named owner.
func Env(prefix string) []string {
	return []string{"USER=owner", "WINEPREFIX=" + prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe=d"}
}

// AddRandom makes up for a library that wine 8 lacks and every Go program needs: its one
// function is another one of wine's. run runs a command.
func AddRandom(t testing.TB, prefix string, run func(name string, args ...string)) {
	t.Helper()
	target := filepath.Join(prefix, "drive_c/windows/system32/bcryptprimitives.dll")
	if Exists(target) {
		return // a wine that has it
	}
	exports := filepath.Join(t.TempDir(), "random.def")
	if err := os.WriteFile(exports, []byte("LIBRARY bcryptprimitives.dll\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(linker, "-shared", "-s", "--entry=0", "-o", target, exports)
}

// Start starts a Windows for the program of this name and ID. It skips the test where
// there is no wine.
func Start(t testing.TB, name, id string) *Windows {
	t.Helper()
	Need(t)
	w := &Windows{Desktop: desktop.Start(t), Name: name, ID: id, t: t}
	bin := filepath.Join(w.Home(), "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	// In place of a browser: wine opens addresses with it.
	browser := "#!/bin/sh\necho \"$1\" >> '" + w.opened() + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(browser), 0o700); err != nil {
		t.Fatal(err)
	}
	prefix := filepath.Join(w.Home(), "wine")
	w.env = append(Env(prefix), "PATH="+bin+":"+os.Getenv("PATH"))
	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(w.User("AppData/Local", w.ID, "state", "log.txt"))
			t.Logf("the log: %v\n%s", err, log)
		}
		w.Spawn(w.Command("wineserver", "-k")).Wait()
		w.Spawn(w.Command("wineserver", "-w")).Wait()
	})
	w.Run("wine", "wineboot", "-i")
	AddRandom(t, prefix, w.Run)
	w.letUsersIn()
	return w
}

// settings is the file with the program's settings.
func (w *Windows) settings() string { return w.User("AppData/Roaming", w.ID, "settings.json") }

// letUsersIn writes the settings for the tests: wine does not know whose the programs
// outside of it are.
func (w *Windows) letUsersIn() {
	w.t.Helper()
	w.Write(w.settings(), []byte(`{"otherUsers": true}`))
}

// Command is a program with this Windows in its environment.
func (w *Windows) Command(name string, args ...string) *exec.Cmd {
	cmd := w.Desktop.Command(name, args...)
	cmd.Env = append(cmd.Env, w.env...)
	return cmd
}

// Run runs a command to its end.
func (w *Windows) Run(name string, args ...string) {
	w.t.Helper()
	p := w.Spawn(w.Command(name, args...))
	if state := p.Wait(); !state.Success() {
		w.t.Fatalf("%s %q: %v\n%s%s", name, args, state, p.Stdout(), p.Stderr())
	}
}

// Write makes a file with its folders.
func (w *Windows) Write(path string, content []byte) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o700); err != nil {
		w.t.Fatal(err)
	}
}

// Drive is a file below C:\.
func (w *Windows) Drive(elem ...string) string {
	return filepath.Join(w.Home(), "wine", "drive_c", filepath.Join(elem...))
}

// User is a file below the owner's folder.
func (w *Windows) User(elem ...string) string {
	return w.Drive("users", "owner", filepath.Join(elem...))
}

// Installed is a file of the program's folder, and Program its executable.
func (w *Windows) Installed(name string) string {
	return w.User("AppData/Local/Programs", w.Name, name)
}

func (w *Windows) Program() string {
	return w.Installed(w.ID[strings.LastIndexByte(w.ID, '.')+1:] + ".exe")
}

// Shortcut is the program's entry in the start menu.
func (w *Windows) Shortcut() string {
	return w.User("AppData/Roaming/Microsoft/Windows/Start Menu/Programs", w.Name+".lnk")
}

func (w *Windows) opened() string { return filepath.Join(w.Home(), "opened") }

// Addresses are those that the browser was asked to open.
func (w *Windows) Addresses() []string {
	text, err := os.ReadFile(w.opened())
	if err != nil {
		return nil // none so far
	}
	return strings.Fields(string(text))
}

// StartFromMenu starts the program by its entry in the start menu, and returns
// its address.
func (w *Windows) StartFromMenu() string {
	w.t.Helper()
	before := len(w.Addresses())
	w.Spawn(w.Command("wine", "start", `C:\users\owner\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\`+w.Name+".lnk"))
	desktop.Await(w.t, "the browser to open", func() bool { return len(w.Addresses()) > before })
	return w.Addresses()[before]
}

// AwaitEnd waits until nobody answers at an address any more.
func (w *Windows) AwaitEnd(address string) {
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

// AwaitGone waits until a file is removed.
func (w *Windows) AwaitGone(path string) {
	w.t.Helper()
	desktop.Await(w.t, path+" to go", func() bool { return !Exists(path) })
}

// Exists reports whether there is a file.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// InRegistry reports whether the owner's part of the registry has a key or a
// value.
func (w *Windows) InRegistry(args ...string) bool {
	w.t.Helper()
	p := w.Spawn(w.Command("wine", append([]string{"reg", "query"}, args...)...))
	return p.Wait().Success()
}
