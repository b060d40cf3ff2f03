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

// A Windows is a Windows of wine on the screen of a desktop. The program is not installed.
type Windows struct {
	*desktop.Desktop
	Name, ID string // of the program

	t      testing.TB
	prefix string // the folder of wine's files
}

const linker = "x86_64-w64-mingw32-ld"

// Need skips the test without wine.
func Need(t testing.TB) {
	t.Helper()
	desktop.Need(t, "wine", "wine")
	desktop.Need(t, "wineserver", "wine")
	desktop.Need(t, linker, "binutils-mingw-w64-x86-64")
}

// User is the name of the owner. It has only letters of Windows-1252, because shortcuts of wine
// cannot have others in their paths. It has no blank, because wine would quote the arguments of
// installers that name folders, and they do not understand quotes.
const User = "Zoë.O'Brien"

// In changes cmd, whose environment is set, to run in the Windows of the folder prefix. Wizards
// that install missing parts are off.
//
// Wine 8 for 64 bits does not reserve the address of the data that processes share. With
// random addresses, the heap of one process in several thousand is there, and the process
// does not start. Therefore the addresses are not random.
func In(prefix string, cmd *exec.Cmd) *exec.Cmd {
	cmd.Path, cmd.Err = exec.LookPath("setarch")
	cmd.Args = append([]string{"setarch", "--addr-no-randomize"}, cmd.Args...)
	cmd.Env = append(cmd.Env, "USER="+User, "LC_ALL=C.UTF-8", "WINEPREFIX="+prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe=d")
	return cmd
}

// Boot makes the files of a Windows. run runs a command in it.
//
// It adds a library that wine 8 lacks and every Go program needs: its one function is another
// one of wine's.
func Boot(t testing.TB, prefix string, run func(name string, args ...string)) {
	t.Helper()
	run("wine", "wineboot", "-i")
	target := filepath.Join(prefix, "drive_c/windows/system32/bcryptprimitives.dll")
	if Exists(target) {
		return // a newer wine
	}
	exports := filepath.Join(t.TempDir(), "random.def")
	if err := os.WriteFile(exports, []byte("LIBRARY bcryptprimitives.dll\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(linker, "-shared", "-s", "--entry=0", "-o", target, exports)
}

// Start makes and starts a Windows for a program. It skips the test without wine.
func Start(t testing.TB, name, id string) *Windows {
	t.Helper()
	w := New(t, "", name, id)
	Boot(t, w.prefix, w.Run)
	w.LetUsersIn()
	return w
}

// New starts the screen of a Windows for a program. The folder of wine's files is prefix,
// or a new one if that is empty. New skips the test without wine.
func New(t testing.TB, prefix, name, id string) *Windows {
	t.Helper()
	Need(t)
	w := &Windows{Desktop: desktop.Start(t), Name: name, ID: id, t: t, prefix: prefix}
	if prefix == "" {
		w.prefix = filepath.Join(w.Home(), "wine")
	}
	// Wine opens addresses with xdg-open. This one replaces the browser.
	w.Write(filepath.Join(w.bin(), "xdg-open"), []byte("#!/bin/sh\necho \"$1\" >> '"+w.opened()+"'\n"))
	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(w.Log())
			t.Logf("the log: %v\n%s", err, log)
		}
		w.Spawn(w.Command("wineserver", "-k")).Wait()
		w.Spawn(w.Command("wineserver", "-w")).Wait()
	})
	return w
}

func (w *Windows) bin() string { return filepath.Join(w.Home(), "bin") }

// Settings and Log are files of the program.
func (w *Windows) Settings() string { return w.User("AppData/Roaming", w.ID, "settings.json") }

func (w *Windows) Log() string { return w.User("AppData/Local", w.ID, "state", "log.txt") }

// LetUsersIn replaces the program's settings with settings that allow other users,
// because wine does not know the owners of programs outside.
func (w *Windows) LetUsersIn() {
	w.t.Helper()
	w.Write(w.Settings(), []byte(`{"otherUsers": true}`))
}

// Command returns a command in this Windows.
func (w *Windows) Command(name string, args ...string) *exec.Cmd {
	cmd := In(w.prefix, w.Desktop.Command(name, args...))
	cmd.Env = append(cmd.Env, "PATH="+w.bin()+":"+os.Getenv("PATH"))
	return cmd
}

// Run runs a command until it ends. If it fails, so does the test.
func (w *Windows) Run(name string, args ...string) {
	w.t.Helper()
	p := w.Spawn(w.Command(name, args...))
	if state := p.Wait(); !state.Success() {
		w.t.Fatalf("%s %q: %v\n%s%s", name, args, state, p.Stdout(), p.Stderr())
	}
}

// Write writes a file, and makes its folders.
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
	return filepath.Join(w.prefix, "drive_c", filepath.Join(elem...))
}

// User is a file below the owner's folder.
func (w *Windows) User(elem ...string) string {
	return w.Drive("users", User, filepath.Join(elem...))
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

// Addresses returns the addresses that the browser was asked to open.
func (w *Windows) Addresses() []string {
	text, err := os.ReadFile(w.opened())
	if err != nil {
		return nil // none so far
	}
	return strings.Fields(string(text))
}

// StartFromMenu starts the program from the start menu, and returns its address.
func (w *Windows) StartFromMenu() string {
	w.t.Helper()
	before := len(w.Addresses())
	w.Spawn(w.Command("wine", "start", `C:\users\`+User+`\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\`+w.Name+".lnk"))
	desktop.Await(w.t, "the browser to open", func() bool { return len(w.Addresses()) > before })
	return w.Addresses()[before]
}

// AwaitEnd waits until nothing accepts connections at an address.
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

// Exists reports whether a file exists.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// InRegistry reports whether the owner's part of the registry has a key or a value.
func (w *Windows) InRegistry(args ...string) bool {
	w.t.Helper()
	p := w.Spawn(w.Command("wine", append([]string{"reg", "query"}, args...)...))
	return p.Wait().Success()
}
