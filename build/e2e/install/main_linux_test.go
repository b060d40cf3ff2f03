package install_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

func TestMain(m *testing.M) { packaged.Main(m) }

// unpack unpacks the archive of a version in a new folder.
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

// A shell runs scripts, with tools from some folders.
type shell struct {
	name string
	args []string
	path string // PATH
}

// shells returns dash with the tools of Debian, and busybox with its own tools, as on Alpine.
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

// A home is an owner's home folder, with a shell for install.sh.
type home struct {
	t   *testing.T
	dir string
	shell
	env   []string
	share string // from systemTypes, or empty
}

func newHome(t *testing.T, s shell) *home {
	t.Helper()
	return &home{t: t, dir: t.TempDir(), shell: s}
}

// run runs install.sh in a folder, and returns its output and exit status.
func (h *home) run(archive string, args ...string) (said string, status int) {
	h.t.Helper()
	args = slices.Concat(h.args[1:], []string{filepath.Join(archive, "install.sh")}, args)
	cmd := exec.Command(h.args[0], args...)
	cmd.Env = append([]string{"HOME=" + h.dir, "PATH=" + h.path}, h.env...)
	cmd.Dir = h.t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // for a fault that kills it
	out, err := cmd.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		h.t.Fatal(err)
	}
	if left, err := os.ReadDir(cmd.Dir); err != nil || len(left) > 0 {
		h.t.Errorf("in the working folder: %v, %v", left, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// must is like run. If install.sh fails, so does the test.
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

// runs reports whether the program of an archive is installed.
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

// checkInstalled checks that exactly the files of the archive are installed.
func (h *home) checkInstalled(archive string) {
	h.t.Helper()
	want := []string{".local/share/doc/" + packaged.ID + "/installed"}
	for _, name := range files(h.t, archive) {
		if name == "install.sh" {
			name = "share/doc/" + packaged.ID + "/install.sh"
		}
		want = append(want, ".local/"+name)
	}
	slices.Sort(want)
	got := slices.DeleteFunc(h.left(), isCache)
	if !slices.Equal(got, want) {
		h.t.Errorf("installed %q\nwant %q", got, want)
	}
	if !h.runs(archive) {
		h.t.Error("another version is installed")
	}
}

// isCache reports whether the desktop's tools make a file from the installed ones.
func isCache(name string) bool {
	return name == ".local/share/applications/mimeinfo.cache" || strings.HasPrefix(name, ".local/share/mime/") && !strings.Contains(name, "/packages/")
}

// checkNothing checks that no file and no folder of the installation is left.
func (h *home) checkNothing() {
	h.t.Helper()
	if left := h.left(); len(left) > 0 {
		h.t.Errorf("left: %q", left)
	}
	for _, dir := range []string{".local/bin", ".local/share"} {
		if _, err := os.Lstat(h.file(dir)); err == nil {
			h.t.Errorf("left: %s", dir)
		}
	}
}

// left returns the files in the home, except the program's own.
func (h *home) left() []string {
	h.t.Helper()
	own := regexp.MustCompile(`^(\.local/state|\.cache|\.config/` + packaged.ID + `|\.local/share/` + packaged.ID + `)/`)
	return slices.DeleteFunc(files(h.t, h.dir), own.MatchString)
}

// files returns the paths of the files below a folder, sorted.
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

// start starts the program, and waits until it serves.
func (h *home) start() *exec.Cmd {
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
	if line, err := bufio.NewReader(stdout).ReadString('\n'); !strings.Contains(line, " is running at ") {
		h.t.Fatalf("the program prints %q, %v", line, err)
	}
	return cmd
}
