package windows_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// The files of the programs, as Windows calls them.
const (
	program = `C:\My Tools\dibbler.exe`
)

// installed is the one Windows of all tests. Making it takes most of their time.
var installed struct {
	dir      string // of everything; its prefix is wine's
	registry []byte // the user's part, as it was before any test; nil: not installed
}

func TestMain(m *testing.M) {
	useOwnNetwork()
	dir, err := os.MkdirTemp("", "wine")
	if err != nil {
		panic(err)
	}
	installed.dir = dir
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	}))
}

func prefix() string { return filepath.Join(installed.dir, "prefix") }

func driveC(elem ...string) string {
	return filepath.Join(prefix(), "drive_c", filepath.Join(elem...))
}

// registryFile holds the user's part of the registry while no wine runs.
func registryFile() string { return filepath.Join(prefix(), "user.reg") }

// install makes a Windows with the program on it.
func (c *computer) install() {
	c.t.Helper()
	// Wine now and then cannot start the program that it makes the prefix for, and
	// can when the prefix is there.
	if boot := c.Spawn(c.Command("wine", "wineboot", "-i")); !boot.Wait().Success() {
		c.run("wine", "wineboot", "-u")
	}
	// The icon for light task bars, such as wine's, is dark.
	c.setLight(true)
	// Programs meet on the desktop of this name, which has a task bar.
	c.run("wine", "reg", "add", `HKCU\Software\Wine\Explorer`, "/v", "Desktop", "/d", "shell", "/f")
	c.run("wine", "reg", "add", `HKCU\Software\Wine\Explorer\Desktops`, "/v", "shell", "/d", "1024x768", "/f")
	c.run("wineserver", "-k")
	c.run("wineserver", "-w")
	wine.AddRandom(c.t, prefix(), func(name string, args ...string) { c.run(name, args...) })
	build(c.t, "../..", "My Tools/dibbler.exe", "-H=windowsgui")
	registry, err := os.ReadFile(registryFile())
	if err != nil {
		c.t.Fatal(err)
	}
	installed.registry = registry
}

// build builds a folder, given from that of the module, to a file on drive C.
func build(t *testing.T, dir, file, flags string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w "+flags, "-o", driveC(file), ".")
	cmd.Dir = filepath.Join("..", dir)
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// run runs a command to its end and returns what it printed.
func (c *computer) run(name string, args ...string) string {
	c.t.Helper()
	p := c.Spawn(c.Command(name, args...))
	if state := p.Wait(); !state.Success() {
		c.t.Fatalf("%s %q: %v\n%s%s", name, args, state, p.Stdout(), p.Stderr())
	}
	return p.Stdout()
}

// setLight makes Windows say that the task bar is light, or dark. Wine's is light all the same.
func (c *computer) setLight(light bool) {
	c.t.Helper()
	value := "0"
	if light {
		value = "1"
	}
	c.run("wine", "reg", "add", `HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`, "/v", "SystemUsesLightTheme", "/t", "REG_DWORD", "/d", value, "/f")
}

// startTaskbar starts the Windows desktop, which has the task bar.
func (c *computer) startTaskbar() {
	c.t.Helper()
	c.holdDesktop()
	c.Spawn(c.Command("wine", "explorer", "/desktop=shell,1024x768"))
	desktop.Await(c.t, "the task bar", func() bool {
		_, ok := c.taskbar()
		return ok
	})
}

// holdDesktop starts a program that uses the desktop and does nothing. Wine ends a
// desktop that is used by no program for a second, as may happen before the one to
// be tested is there.
func (c *computer) holdDesktop() {
	c.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { w.Close() })
	defer r.Close()
	shell := c.Command("wine", "cmd")
	shell.Stdin = r
	c.Spawn(shell).Line("Windows")
}
