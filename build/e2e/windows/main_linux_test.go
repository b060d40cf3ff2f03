package windows_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// program is the program's executable.
const program = `C:\My Tools\dibbler.exe`

// installed is the Windows of all tests. Making it takes longer than they do.
var installed struct {
	dir      string
	registry []byte // of the user, before the tests; nil before the first test
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

// registryFile has the user's part of the registry while wine is not running.
func registryFile() string { return filepath.Join(prefix(), "user.reg") }

// A computer is a Windows where the program has not been started yet.
type computer struct {
	*wine.Windows
	t      *testing.T
	screen screen
	opened int // the number of addresses that the test has seen in the browser
}

// start starts a computer, without a task bar. It skips the test without wine.
func start(t *testing.T) *computer {
	t.Helper()
	desktop.Need(t, "xdotool", "xdotool")
	c := &computer{Windows: wine.New(t, prefix(), packaged.Name, packaged.ID), t: t}
	c.connectScreen()
	if installed.registry == nil {
		c.install()
	}
	for _, dir := range []string{"Local", "Roaming"} {
		if err := os.RemoveAll(c.User("AppData", dir, c.ID)); err != nil {
			t.Fatal(err)
		}
	}
	c.Write(registryFile(), installed.registry)
	c.LetUsersIn()
	return c
}

// install makes a Windows with the program.
func (c *computer) install() {
	c.t.Helper()
	wine.Boot(c.t, prefix(), c.Run)
	c.setLight(true) // like the task bar of wine
	// Programs share the desktop of this name, which has a task bar.
	c.Run("wine", "reg", "add", `HKCU\Software\Wine\Explorer`, "/v", "Desktop", "/d", "shell", "/f")
	c.Run("wine", "reg", "add", `HKCU\Software\Wine\Explorer\Desktops`, "/v", "shell", "/d", "1024x768", "/f")
	c.restartWine()
	c.build("../..", "My Tools/dibbler.exe", "-H=windowsgui")
	registry, err := os.ReadFile(registryFile())
	if err != nil {
		c.t.Fatal(err)
	}
	installed.registry = registry
}

// restartWine ends wine, which starts again with the next program.
func (c *computer) restartWine() {
	c.t.Helper()
	for _, order := range []string{"-k", "-w"} {
		c.Spawn(c.Command("wineserver", order)).Wait()
	}
}

// build builds a folder of the e2e module to a file on drive C.
func (c *computer) build(dir, file, flags string) {
	c.t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w "+flags, "-o", c.Drive(file), ".")
	cmd.Dir = filepath.Join("..", dir)
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("%v\n%s", err, out)
	}
}

// setLight sets the colour of the task bar for programs. Wine's is always light.
func (c *computer) setLight(light bool) {
	c.t.Helper()
	value := map[bool]string{false: "0", true: "1"}[light]
	c.Run("wine", "reg", "add", `HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize`, "/v", "SystemUsesLightTheme", "/t", "REG_DWORD", "/d", value, "/f")
}

// startTaskbar starts the Windows desktop, which has the task bar. It also starts a program that
// uses the desktop and does nothing, because wine ends an unused desktop after a second.
func (c *computer) startTaskbar() {
	c.t.Helper()
	shell, _ := tool.Spawn(c.t, c.Desktop, c.Command("wine", "cmd"))
	shell.Line("Windows")
	c.Spawn(c.Command("wine", "explorer", "/desktop=shell,1024x768"))
	desktop.Await(c.t, "the task bar", func() bool {
		_, ok := c.taskbar()
		return ok
	})
}

// settings returns the program's settings.
func (c *computer) settings() (values map[string]any) {
	c.t.Helper()
	text, err := os.ReadFile(c.Settings())
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &values); err != nil {
		c.t.Fatalf("%v in %q", err, text)
	}
	return values
}

// awaitLog waits until the program's log has a text.
func (c *computer) awaitLog(text string) {
	c.t.Helper()
	desktop.Await(c.t, "the log to say "+text, func() bool {
		log, err := os.ReadFile(c.Log())
		return err == nil && strings.Contains(string(log), text)
	})
}

// A running is a started program.
type running struct {
	*desktop.Process
	url *url.URL
}

// launch starts the program and waits until it is ready.
func (c *computer) launch(args ...string) *running {
	c.t.Helper()
	p := c.spawn(program, args...)
	u, err := url.Parse(address(p))
	if err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "" {
		c.t.Fatalf("it runs at %s, %v", u, err)
	}
	return &running{p, u}
}

// address waits until a program is ready, and returns its address.
func address(p *desktop.Process) string { return strings.TrimSpace(tool.Address(p)) }

// spawn starts a Windows program.
func (c *computer) spawn(file string, args ...string) *desktop.Process {
	c.t.Helper()
	return c.Spawn(c.Command("wine", append([]string{file}, args...)...))
}

// awaitExit waits until a program ends, and checks its exit status.
func (c *computer) awaitExit(p *desktop.Process, want int) {
	c.t.Helper()
	if end := p.Wait(); end.ExitCode() != want {
		c.t.Errorf("%v, want exit status %d\n%s%s", end, want, p.Stdout(), p.Stderr())
	}
}

// awaitOpened waits until the browser opens another page, and checks its address.
func (c *computer) awaitOpened(want string) {
	c.t.Helper()
	desktop.Await(c.t, "the browser to open "+want, func() bool { return len(c.Addresses()) > c.opened })
	if got := c.Addresses()[c.opened]; got != want {
		c.t.Errorf("the browser opens %s, want %s", got, want)
	}
	c.opened++
}
