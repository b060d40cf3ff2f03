//go:build unix

package autostart

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const program = "/opt/tool"

// alone sets HOME to a new folder for the test.
func alone(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	return home
}

func reportMain(fifo string) {
	text, err := json.Marshal(os.Args)
	if err == nil {
		err = os.WriteFile(fifo, append(text, '\n'), 0o600)
	}
	if err != nil {
		panic(err)
	}
}

func TestEnable_path(t *testing.T) {
	home := alone(t)
	places := []string{filepath.Join(home, ".config/autostart/org.example.tool.desktop")}
	if runtime.GOOS == "darwin" {
		places = []string{filepath.Join(home, "Library/LaunchAgents/org.example.tool.plist")}
	} else {
		places = append(places, filepath.Join(home, "elsewhere/autostart/org.example.tool.desktop"))
	}
	for _, place := range places {
		enable(t, entry())
		if stat, err := os.Stat(place); err != nil || stat.Mode() != 0o644 {
			t.Errorf("%s: %v, %v", place, stat, err)
		}
		t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "elsewhere"))
	}
}

func TestEnable_noHome(t *testing.T) {
	alone(t)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	homes := []string{"", "relative", file}
	if os.Geteuid() == 0 { // as under sudo
		others := t.TempDir()
		ok(t, os.Chown(others, 65534, 65534))
		homes = append(homes, others)
	}
	t.Chdir(t.TempDir())
	for _, home := range homes {
		t.Setenv("HOME", home)
		if err := entry().Enable(); err == nil {
			t.Errorf("HOME %q: Enable succeeds", home)
		}
		if got, err := entry().Enabled(); got {
			t.Errorf("HOME %q: enabled, %v", home, err)
		}
	}
}

func TestRepair_switchedOff(t *testing.T) {
	alone(t)
	e := entry()
	path, err := e.path()
	if err != nil {
		t.Fatal(err)
	}
	edits := [][2]string{{"X-GNOME-Autostart-enabled=true", "X-GNOME-Autostart-enabled=false"}, {"Terminal=false", "Hidden=true"}}
	if runtime.GOOS == "darwin" {
		edits = [][2]string{{"<key>RunAtLoad</key>", "<key>Disabled</key><true/><key>RunAtLoad</key>"}}
	}
	for _, edit := range edits {
		enable(t, e)
		want(t, e, true)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, strings.Replace(string(text), edit[0], edit[1], 1))
		want(t, e, false)
		moved := e
		moved.Exec = "/opt/moved"
		repairs(t, moved, false)
		want(t, e, false)
	}
	enable(t, e)
	want(t, e, true)
}

func TestExists(t *testing.T) {
	if !exists("sh") || exists("no-such-program-anywhere") {
		t.Error("a program without a path is not searched in PATH")
	}
}

// TestEnable_startedByGLib starts programs with unusual names and arguments with GLib,
// which most desktops use for this.
func TestEnable_startedByGLib(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("not for macOS, which has another format")
	}
	gio, err := exec.LookPath("gio")
	if err != nil {
		t.Skip("gio is not installed (Debian package libglib2.0-bin)")
	}
	alone(t)
	dir := t.TempDir()
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	// Open for reading and writing, so that opening does not block.
	report, err := os.OpenFile(fifo, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	reports := json.NewDecoder(report)

	for _, name := range nasty {
		e := entry(append(nasty, "-no-browser")...)
		e.Exec = filepath.Join(dir, "in "+name, "x"+name)
		ok(t, os.MkdirAll(filepath.Dir(e.Exec), 0o700))
		ok(t, os.WriteFile(e.Exec, self, 0o700))
		enable(t, e)
		path, err := e.path()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(gio, "launch", path)
		cmd.Env = append(os.Environ(), reportVar+"="+fifo)
		cmd.Stderr = os.Stderr // not a pipe, which the started program would keep open
		if err := cmd.Run(); err != nil {
			t.Errorf("%q: %v", e.Exec, err)
			continue
		}
		var got []string
		if err := report.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := reports.Decode(&got); err != nil {
			t.Fatalf("%q was not started: %v", e.Exec, err)
		}
		if !slices.Equal(got, e.command()) {
			t.Errorf("started %q, want %q", got, e.command())
		}
	}
}
