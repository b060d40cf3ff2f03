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

// A windows is wine's Windows with an older and a newer installer on drive C.
type windows struct {
	t            *testing.T
	home         string
	older, newer *installer
}

// start starts a Windows, which takes long to make the first time, and again after
// a test that has failed. It skips the test where there is no wine.
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
	if made && w.status("wine", "wineboot", "-i") != 0 { // now and then the first try fails
		w.run("wine", "wineboot", "-u")
	}
	wine.AddRandom(t, filepath.Join(home, "wine"), w.run)
	w.older, w.newer = load(t, packaged.Old), load(t, packaged.New)
	return w
}

// status runs a command to its end and returns its exit status.
func (w *windows) status(name string, args ...string) int {
	w.t.Helper()
	status, _ := w.output(name, args...)
	return status
}

// output is like status, and returns what the command says. It goes by a file,
// because wine's server keeps what it is given.
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
	cmd.Env = append(append(cmd.Env, wine.Env(filepath.Join(w.home, "wine"))...), "HOME="+w.home, "WINEDEBUG=-all,err+all")
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

func (w *windows) run(name string, args ...string) {
	w.t.Helper()
	if status, said := w.output(name, args...); status != 0 {
		w.t.Fatalf("%s %q: exit status %d\n%s", name, args, status, said)
	}
}

// drive is a file below C:\, and user one below the owner's folder there.
func (w *windows) drive(elem ...string) string {
	return filepath.Join(w.home, "wine", "drive_c", filepath.Join(elem...))
}

func (w *windows) user(elem ...string) string {
	return w.drive("users", "owner", filepath.Join(elem...))
}

// mkdir makes a folder on drive C for one test.
func (w *windows) mkdir(name string) string {
	w.t.Helper()
	path := w.drive(name)
	if err := os.Mkdir(path, 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { os.RemoveAll(path) })
	return path
}

// folder is where the program is installed unless another is chosen, and as
// Windows calls it.
func (w *windows) folder() string { return w.user("AppData/Local/Programs", packaged.Name) }

const usualFolder = `C:\users\owner\AppData\Local\Programs\` + packaged.Name

// install runs an installer without questions and returns its exit status.
func (w *windows) install(inst *installer, args ...string) int {
	w.t.Helper()
	return w.status("wine", append([]string{inst.path, "/S"}, args...)...)
}

// uninstall runs the uninstaller in a folder as it runs itself: from a copy
// elsewhere, so that it can remove its own file.
func (w *windows) uninstall(unix, folder string) int {
	w.t.Helper()
	const copied = "uninstall-copy.exe"
	if err := packaged.Copy(filepath.Join(unix, "uninstall.exe"), w.drive(copied)); err != nil {
		w.t.Error(err)
		return -1
	}
	defer os.Remove(w.drive(copied))
	return w.status("wine", `C:\`+copied, "/S", "_?="+folder)
}

// registry is the owner's part of the registry, as text.
func (w *windows) registry() string {
	w.t.Helper()
	export := []string{"reg", "export", `HKCU\Software`, `C:\registry.reg`, "/y"}
	// Wine fails at this once in many hundred times. It only looks, so that a second
	// try hides nothing of the installer.
	if status, said := w.output("wine", export...); status != 0 {
		w.t.Logf("wine %q: exit status %d\n%s", export, status, said)
		w.run("wine", export...)
	}
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

func (w *windows) listed() bool {
	w.t.Helper()
	return strings.Contains(w.registry(), `\Uninstall\`+packaged.ID+"]")
}

func (w *windows) shortcut() string {
	return w.user("AppData/Roaming/Microsoft/Windows/Start Menu/Programs", packaged.Name+".lnk")
}

// works reports whether the program in the folder is this one, whole.
func works(folder string, inst *installer) bool {
	got, err := os.ReadFile(filepath.Join(folder, packaged.ID+".exe"))
	return err == nil && bytes.Equal(got, inst.program())
}

// checkInstalled checks that this version is installed completely.
func (w *windows) checkInstalled(inst *installer) {
	w.t.Helper()
	if !works(w.folder(), inst) {
		w.t.Errorf("version %s is not installed", inst.version)
	}
	if got := names(w.t, w.folder()); !slices.Equal(got, []string{"LICENSE.txt", packaged.ID + ".exe", "uninstall.exe"}) {
		w.t.Errorf("the folder holds %q", got)
	}
	if !wine.Exists(w.shortcut()) || !w.listed() {
		w.t.Errorf("in the start menu: %t, among the apps: %t", wine.Exists(w.shortcut()), w.listed())
	}
}

// checkNothing checks that nothing of the program is left, but for what it keeps
// for its owner.
func (w *windows) checkNothing() {
	w.t.Helper()
	if wine.Exists(w.folder()) {
		w.t.Errorf("left in the folder: %q", names(w.t, w.folder()))
	}
	if wine.Exists(w.shortcut()) {
		w.t.Error("left: the entry in the start menu")
	}
	for line := range strings.Lines(w.registry()) {
		if strings.Contains(strings.ToLower(line), packaged.ID) {
			w.t.Errorf("left in the registry: %s", line)
		}
	}
}

// names are those of the files in a folder, which may be missing.
func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
