package installer_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

func TestMain(m *testing.M) { packaged.Main(m) }

// A windows is a Windows without a screen, and installers of two versions.
type windows struct {
	t            *testing.T
	home         string
	older, newer *installer
}

// start starts a Windows. The tests share it until one fails. It skips the test without wine.
func start(t *testing.T) *windows {
	t.Helper()
	wine.Need(t)
	desktop.Need(t, "makensis", "nsis")
	home, made := packaged.Folder(t, "home")
	w := &windows{t: t, home: home}
	t.Cleanup(func() {
		w.t = t
		w.status("wineserver", "-k")
		w.status("wineserver", "-w")
		if t.Failed() {
			os.RemoveAll(home)
		}
	})
	if made {
		wine.Boot(t, w.prefix(), w.run)
	}
	w.older, w.newer = load(t, packaged.Old), load(t, packaged.New)
	return w
}

func (w *windows) prefix() string { return filepath.Join(w.home, "wine") }

// output runs a command and returns its exit status and output. The output is a file, because
// wine's server inherits it and stays.
func (w *windows) output(name string, args ...string) (status int, said string) {
	w.t.Helper()
	out, err := os.Create(filepath.Join(w.home, "output"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(name, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DISPLAY=") || strings.HasPrefix(v, "XDG_")
	})
	cmd = wine.In(w.prefix(), cmd)
	cmd.Env = append(cmd.Env, "HOME="+w.home, "WINEDEBUG=-all,err+all")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		w.t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		w.t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

// status runs a command and returns its exit status.
func (w *windows) status(name string, args ...string) int {
	w.t.Helper()
	status, _ := w.output(name, args...)
	return status
}

// run runs a command. If it fails, so does the test.
func (w *windows) run(name string, args ...string) {
	w.t.Helper()
	if status, said := w.output(name, args...); status != 0 {
		w.t.Fatalf("%s %q: exit status %d\n%s", name, args, status, said)
	}
}

// drive returns the path of a file on drive C.
func (w *windows) drive(elem ...string) string {
	return filepath.Join(w.prefix(), "drive_c", filepath.Join(elem...))
}

// mkdir makes a folder on drive C, and removes it when the test ends.
func (w *windows) mkdir(name string) string {
	w.t.Helper()
	path := w.drive(name)
	if err := os.Mkdir(path, 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { os.RemoveAll(path) })
	return path
}

// usualFolder is the folder of the program by default, for Windows; folder returns the same.
const usualFolder = `C:\users\` + wine.User + `\AppData\Local\Programs\` + packaged.Name

func (w *windows) folder() string {
	return w.drive("users", wine.User, "AppData/Local/Programs", packaged.Name)
}

// shortcut returns the entry in the start menu.
func (w *windows) shortcut() string {
	return w.drive("users", wine.User, "AppData/Roaming/Microsoft/Windows/Start Menu/Programs", packaged.Name+".lnk")
}

// install runs an installer without questions and returns its exit status.
func (w *windows) install(in *installer, args ...string) int {
	w.t.Helper()
	return w.status("wine", append([]string{in.path, "/S"}, args...)...)
}

// uninstall runs the uninstaller of a folder, which is called windowsName on Windows, from a
// copy elsewhere, as uninstallers do. It returns its exit status.
func (w *windows) uninstall(folder, windowsName string) int {
	w.t.Helper()
	const copied = "uninstall-copy.exe"
	if err := packaged.Copy(filepath.Join(folder, "uninstall.exe"), w.drive(copied)); err != nil {
		w.t.Error(err)
		return -1
	}
	defer os.Remove(w.drive(copied))
	return w.status("wine", `C:\`+copied, "/S", "_?="+windowsName)
}

// registry returns the owner's part of the registry, as text.
func (w *windows) registry() string {
	w.t.Helper()
	w.run("wine", "reg", "export", `HKCU\Software`, `C:\registry.reg`, "/y")
	content, err := os.ReadFile(w.drive("registry.reg"))
	if err != nil {
		w.t.Fatal(err)
	}
	units := make([]uint16, len(content)/2)
	for i := range units {
		units[i] = uint16(content[2*i]) | uint16(content[2*i+1])<<8
	}
	return string(utf16.Decode(units))
}

// listed reports whether Windows lists the program among the installed ones.
func (w *windows) listed() bool {
	w.t.Helper()
	return strings.Contains(w.registry(), `\Uninstall\`+packaged.ID+"]")
}

// works reports whether the program of an installer is installed.
func (w *windows) works(in *installer) bool {
	w.t.Helper()
	got, err := os.ReadFile(filepath.Join(w.folder(), packaged.ID+".exe"))
	return err == nil && bytes.Equal(got, in.program(w.t))
}

// checkInstalled checks that a version is completely installed.
func (w *windows) checkInstalled(in *installer) {
	w.t.Helper()
	if !w.works(in) {
		w.t.Errorf("version %s is not installed", in.version)
	}
	if got := w.names(w.folder()); !slices.Equal(got, []string{"LICENSE.txt", packaged.ID + ".exe", "uninstall.exe"}) {
		w.t.Errorf("the folder has %q", got)
	}
	if !wine.Exists(w.shortcut()) || !w.listed() {
		w.t.Errorf("in the start menu: %t, listed by Windows: %t", wine.Exists(w.shortcut()), w.listed())
	}
}

// checkNothing checks that nothing of the program is left.
func (w *windows) checkNothing() {
	w.t.Helper()
	if wine.Exists(w.folder()) {
		w.t.Errorf("left in the folder: %q", w.names(w.folder()))
	}
	if wine.Exists(w.shortcut()) {
		w.t.Error("the entry in the start menu is left")
	}
	for line := range strings.Lines(w.registry()) {
		if strings.Contains(strings.ToLower(line), packaged.ID) {
			w.t.Errorf("left in the registry: %s", line)
		}
	}
}

// names returns the names of the files in a folder, none if it does not exist.
func (w *windows) names(dir string) (names []string) {
	w.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
