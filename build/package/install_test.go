package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

// The home folder has a name that a shell, sed and a desktop entry each read in
// their own way.
func TestInstallForOneUser(t *testing.T) {
	from := unpacked(t)
	home := filepath.Join(t.TempDir(), "a b|&$c`\"%d\\e'f")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	script := func(path string, args ...string) string {
		t.Helper()
		cmd := exec.Command("sh", append([]string{path}, args...)...)
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return string(out)
	}
	script(filepath.Join(from, "install.sh"))
	script(filepath.Join(from, "install.sh")) // over itself, as an upgrade does
	for _, name := range installed() {
		if _, err := os.Stat(filepath.Join(home, ".local", name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := exec.LookPath("desktop-file-validate"); err == nil {
		check(t, "desktop-file-validate", filepath.Join(home, ".local/share/applications", about.ID+".desktop"))
	}
	entry := string(read(t, filepath.Join(home, ".local/share/applications", about.ID+".desktop")))
	// As the Desktop Entry Specification wants it: quoted as an argument, then as a
	// value.
	want := `Exec="` + strings.NewReplacer(`\`, `\\\\`, "`", "\\\\`", `$`, `\\$`, `"`, `\\"`, `%`, `%%`).Replace(home) + "/.local/bin/" + about.ID + "\""
	if !strings.Contains(entry, want+"\n") || !strings.Contains(entry, want+" -quit\n") {
		t.Errorf("no line %s in\n%s", want, entry)
	}
	said := script(filepath.Join(home, ".local/share/doc", about.ID, "install.sh"), "-uninstall")
	if !strings.Contains(said, "settings are still in") {
		t.Errorf("it does not say where the settings are:\n%s", said)
	}
	left := make(map[string]bool)
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(home, path)
			left[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// What -quit looks at, and the cache of the menu, which is the desktop's.
	for name := range left {
		if strings.HasPrefix(name, ".local/state/") || strings.HasSuffix(name, "mimeinfo.cache") || strings.HasSuffix(name, "icon-theme.cache") {
			delete(left, name)
		}
	}
	if len(left) > 0 {
		t.Errorf("left: %q", slices.Sorted(maps.Keys(left)))
	}
}

func TestInstallScriptRefuses(t *testing.T) {
	from := unpacked(t)
	script := func(args ...string) (string, int) {
		cmd := exec.Command("sh", append([]string{filepath.Join(from, "install.sh")}, args...)...)
		cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, status := script("-x"); status != 2 || !strings.Contains(out, "usage") {
		t.Errorf("an unknown flag: %d, %s", status, out)
	}
	if out, status := script("-uninstall"); status != 1 || !strings.Contains(out, "is not installed") {
		t.Errorf("nothing to remove: %d, %s", status, out)
	}
	if err := os.WriteFile(filepath.Join(from, "bin", about.ID), []byte("\x7fELF"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, status := script(); status != 1 || !strings.Contains(out, "another processor") {
		t.Errorf("a program of another processor: %d, %s", status, out)
	}
}
