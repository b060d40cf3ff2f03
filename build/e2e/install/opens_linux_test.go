package install_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// systemTypes returns a folder that replaces /usr/share, which changes while other tests install
// packages. It has the usual types of files, and no program.
func systemTypes(t *testing.T) string {
	t.Helper()
	types, err := os.ReadFile("/usr/share/mime/packages/freedesktop.org.xml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mime := filepath.Join(dir, "mime")
	write(t, filepath.Join(mime, "packages", "freedesktop.org.xml"), string(types), 0o644)
	if out, err := exec.Command("update-mime-database", mime).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// ask returns the output of a command of the desktop in this home.
func (h *home) ask(name string, args ...string) string {
	h.t.Helper()
	if h.share == "" {
		h.share = systemTypes(h.t)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = []string{
		"HOME=" + h.dir, "PATH=" + h.path, "XDG_DATA_DIRS=" + h.share, "LC_ALL=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent",
	}
	out, _ := cmd.CombinedOutput() // some exit with 1 for a type that nothing opens
	return strings.TrimSpace(string(out))
}

// TestOpens asks the desktop for the type of a file, and for the programs that open it and a URL:
// after the installation, after an upgrade to a version that opens other URLs, and after the
// removal. The entries of another program in the same folders are kept.
func TestOpens(t *testing.T) {
	for _, c := range []struct{ program, debianPackage string }{
		{"xdg-mime", "xdg-utils"}, {"gio", "libglib2.0-bin"}, {"update-desktop-database", "desktop-file-utils"}, {"update-mime-database", "shared-mime-info"},
	} {
		desktop.Need(t, c.program, c.debianPackage)
	}
	older, newer := unpack(t, packaged.Old), unpack(t, packaged.New)
	h := newHome(t, shells(t)[0])
	file := filepath.Join(t.TempDir(), "A b.TEA")
	write(t, file, "x", 0o600)
	check := func(when, kind string, handlers map[string]string) {
		t.Helper()
		if got := h.ask("xdg-mime", "query", "filetype", file); got != kind {
			t.Errorf("%s the file is %s, want %s", when, got, kind)
		}
		for mime, want := range handlers {
			if got := h.ask("xdg-mime", "query", "default", mime); got != want {
				t.Errorf("%s xdg-mime has %q for %s, want %q", when, got, mime, want)
			}
			if got := h.ask("gio", "mime", mime); strings.Contains(got, packaged.ID) != (want != "") || !strings.Contains(got, want) {
				t.Errorf("%s gio has for %s, want %q:\n%s", when, mime, want, got)
			}
		}
	}
	const tea, dates, green, coffee = "application/x-tea", "text/calendar", "x-scheme-handler/tea", "x-scheme-handler/coffee"
	entry, files, url := packaged.ID+".desktop", "zz-"+packaged.ID+"-files.desktop", packaged.ID+"-url.desktop"
	write(t, h.file(".local/share/applications/other.desktop"), "[Desktop Entry]\nType=Application\nName=Other\nExec=true %f\nMimeType=application/x-other;\n", 0o644)
	h.must(older)
	check("after the installation", tea, map[string]string{tea: entry, dates: files, green: url, coffee: ""})
	if got := h.ask("gio", "info", "-a", "standard::content-type", file); !strings.Contains(got, tea) {
		t.Errorf("gio info: %s", got)
	}
	h.must(newer)
	check("after the upgrade", tea, map[string]string{tea: entry, dates: files, green: "", coffee: url})
	h.must(newer, "-uninstall")
	check("after the removal", "text/plain", map[string]string{tea: "", dates: "", green: "", coffee: ""})
	if got := h.ask("xdg-mime", "query", "default", "application/x-other"); got != "other.desktop" {
		t.Errorf("the other program's files open with %q", got)
	}
	for _, name := range h.left() {
		if strings.Contains(name, "tea") || strings.Contains(name, packaged.ID) {
			t.Errorf("left: %s", name)
		}
	}
}

// TestDefaultOfOthers: a program of the system that opens .ics files still opens them after the
// installation, and the desktop offers both.
func TestDefaultOfOthers(t *testing.T) {
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	desktop.Need(t, "xdg-mime", "xdg-utils")
	desktop.Need(t, "gio", "libglib2.0-bin")
	archive := unpack(t, packaged.Old)
	h := newHome(t, shells(t)[0])
	h.share = systemTypes(t)
	h.env = append(h.env, "XDG_DATA_DIRS="+h.share)
	entries := filepath.Join(h.share, "applications")
	write(t, filepath.Join(entries, "planner.desktop"), "[Desktop Entry]\nType=Application\nName=Planner\nExec=true %f\nMimeType=text/calendar;\n", 0o644)
	if out, err := exec.Command("update-desktop-database", entries).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, args := range [][]string{nil, {"-uninstall"}} {
		h.must(archive, args...)
		for _, command := range [][]string{{"xdg-mime", "query", "default", "text/calendar"}, {"gio", "mime", "text/calendar"}} {
			got := h.ask(command[0], command[1:]...)
			first, _, _ := strings.Cut(got, "\n")
			if !strings.HasSuffix(first, "planner.desktop") || command[0] == "gio" && strings.Contains(got, packaged.ID) != (args == nil) {
				t.Errorf("install.sh %q: %q says\n%s", args, command, got)
			}
		}
	}
}
