package install_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

func TestMain(m *testing.M) { packaged.Main(m) }

// unpack returns a new folder with the archive's content.
func unpack(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	name := packaged.ID + "-" + version + "-linux-" + runtime.GOARCH
	archive := filepath.Join(packaged.Make(t, "linux/"+runtime.GOARCH, version), name+".tar.gz")
	if out, err := exec.Command("tar", "-xzf", archive, "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	return filepath.Join(dir, name)
}

// A shell runs scripts, with the tools in a folder.
type shell struct {
	name string
	args []string
	path string // the variable PATH
}

// shells are those that are here: dash with the tools of Debian, and busybox with
// its own, as on Alpine.
func shells(t *testing.T) []shell {
	t.Helper()
	desktop.Need(t, "dash", "dash")
	desktop.Need(t, "busybox", "busybox")
	applets := t.TempDir()
	if out, err := exec.Command("busybox", "--install", "-s", applets).CombinedOutput(); err != nil {
		t.Fatalf("busybox --install: %v\n%s", err, out)
	}
	return []shell{
		{"dash", []string{"dash"}, os.Getenv("PATH")},
		{"busybox", []string{filepath.Join(applets, "sh")}, applets},
	}
}

// A home is an owner's folder and how install.sh runs there.
type home struct {
	t   *testing.T
	dir string
	shell
	env   []string
	share string // as of systemTypes, once something has asked
}

func newHome(t *testing.T, s shell) *home {
	t.Helper()
	return &home{t: t, dir: t.TempDir(), shell: s}
}

// run runs the script of an unpacked archive, and returns what it says and its
// exit status.
func (h *home) run(archive string, args ...string) (said string, status int) {
	h.t.Helper()
	args = slices.Concat(h.args[1:], []string{filepath.Join(archive, "install.sh")}, args)
	cmd := exec.Command(h.args[0], args...)
	cmd.Env = append([]string{"HOME=" + h.dir, "PATH=" + h.path}, h.env...)
	cmd.Dir = h.t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for a fault that kills all of it
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		h.t.Fatal(err)
	}
	if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
		h.t.Errorf("in the working folder: %v, %v", left, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// must is run for what has to succeed.
func (h *home) must(archive string, args ...string) (said string) {
	h.t.Helper()
	said, status := h.run(archive, args...)
	if status != 0 {
		h.t.Fatalf("install.sh %q in %s: exit status %d\n%s", args, h.dir, status, said)
	}
	return said
}

func (h *home) file(elem ...string) string { return filepath.Join(h.dir, filepath.Join(elem...)) }

func (h *home) program() string { return h.file(".local/bin", packaged.ID) }

func (h *home) entry() string {
	return h.file(".local/share/applications", packaged.ID+".desktop")
}

// runs reports whether the archive's program is installed, whole.
func (h *home) runs(archive string) bool {
	got, err := os.ReadFile(h.program())
	if err != nil {
		return false
	}
	want, err := os.ReadFile(filepath.Join(archive, "bin", packaged.ID))
	if err != nil {
		h.t.Fatal(err)
	}
	return bytes.Equal(got, want)
}

// checkInstalled checks that each file of the archive is where it belongs, and that
// nothing else is in the folders of the installation.
func (h *home) checkInstalled(archive string) {
	h.t.Helper()
	want := []string{".local/share/doc/" + packaged.ID + "/installed"}
	for _, name := range files(h.t, archive) {
		if name == "install.sh" {
			name = "share/doc/" + packaged.ID + "/install.sh"
		}
		want = append(want, ".local/"+name)
	}
	for _, name := range h.caches() {
		want = append(want, ".local/share/"+name)
	}
	slices.Sort(want)
	if got := h.left(); !slices.Equal(got, want) {
		h.t.Errorf("installed %q\nwant %q", got, want)
	}
	if !h.runs(archive) {
		h.t.Error("the program is another one")
	}
}

// caches are the files that the desktop's tools, where the shell has them, make of what
// the program opens.
func (h *home) caches() (names []string) {
	if h.has("update-desktop-database") {
		names = append(names, "applications/mimeinfo.cache")
	}
	if !h.has("update-mime-database") {
		return names
	}
	for _, name := range []string{
		"aliases", "application/x-tea.xml", "generic-icons", "globs", "globs2", "icons", "magic", "mime.cache", "subclasses", "text/calendar.xml", "treemagic", "types", "version", "XMLnamespaces",
	} {
		names = append(names, "mime/"+name)
	}
	return names
}

// has reports whether a command is on the shell's PATH.
func (h *home) has(name string) bool {
	for dir := range strings.SplitSeq(h.path, ":") {
		if exists(filepath.Join(dir, name)) {
			return true
		}
	}
	return false
}

// checkNothing checks that no file and no folder of the installation is left.
func (h *home) checkNothing() {
	h.t.Helper()
	if left := h.left(); left != nil {
		h.t.Errorf("left: %q", left)
	}
	for _, dir := range []string{".local/bin", ".local/share"} {
		if _, err := os.Lstat(h.file(dir)); err == nil {
			h.t.Errorf("left: %s", dir)
		}
	}
}

// left are the files in the home, but for those that the program keeps itself.
func (h *home) left() (left []string) {
	h.t.Helper()
	for _, name := range files(h.t, h.dir) {
		if !strings.HasPrefix(name, ".local/state/") && !strings.HasPrefix(name, ".config/"+packaged.ID+"/") && !strings.HasPrefix(name, ".local/share/"+packaged.ID+"/") && !strings.HasPrefix(name, ".cache/") {
			left = append(left, name)
		}
	}
	return left
}

// files are the paths below a folder of all that is no folder, sorted.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func write(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

// start starts the program, waits until it serves, and returns where its end is
// told.
func (h *home) start() (ended chan error) {
	h.t.Helper()
	cmd := exec.Command(h.program(), "-no-browser", "-no-tray", "-port", "0")
	cmd.Env = []string{"HOME=" + h.dir, "PATH=" + h.path}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { cmd.Process.Kill() })
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() || !strings.Contains(lines.Text(), " is running at ") {
		h.t.Fatalf("the program says %q, %v", lines.Text(), lines.Err())
	}
	ended = make(chan error, 1)
	go func() {
		for lines.Scan() { // to its end
		}
		ended <- cmd.Wait()
	}()
	return ended
}
