package windows_test

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestLaunch_file starts a tool with a file, as a double-click in Explorer does, and then
// opens another file.
func TestLaunch_file(t *testing.T) {
	const teaTool = `C:\Tea\tea.exe`
	c := start(t)
	c.build("tool/teatool", "Tea/tea.exe", "-H=windowsgui")
	const file, other = `C:\Tea\Grün & weiß 100%.tea`, `C:\Tea\王.tea`
	first := c.spawn(teaTool, "-no-tray", "-port", "0", "--", file)
	first.Line("launched with [" + strconv.Quote(file) + "]")
	page := func(file string) string { return "brew?" + url.Values{"what": {file}}.Encode() }
	home := strings.TrimSuffix(address(first), page(file))
	c.awaitOpened(home + page(file))
	second := c.spawn(teaTool, "--", other)
	first.Line("launched with [" + strconv.Quote(other) + "]")
	c.awaitOpened(home + page(other))
	c.awaitExit(second, 0)
	c.Run("wine", teaTool, "-quit")
	c.awaitExit(first, 0)
}

// TestStart_userName starts the program for a user whose name is long and has letters of
// several scripts, like the folder of the profile.
func TestStart_userName(t *testing.T) {
	c := start(t)
	owner := "Zoë O'Brien Żółć 王小明 Нина " + strings.Repeat("x", 60)
	other := filepath.Join(t.TempDir(), "other")
	in := func(name string, args ...string) *exec.Cmd {
		cmd := wine.In(other, c.Command(name, args...))
		cmd.Env = append(cmd.Env, "USER="+owner)
		return cmd
	}
	wine.Boot(t, other, func(name string, args ...string) {
		if p := c.Spawn(in(name, args...)); !p.Wait().Success() {
			t.Fatalf("%s %q: %s", name, args, p.Stderr())
		}
	})
	t.Cleanup(func() { c.Spawn(in("wineserver", "-k")).Wait() })
	profile := filepath.Join(other, "drive_c", "users", owner, "AppData")
	c.Write(filepath.Join(profile, "Roaming", "dibbler", "settings.json"), []byte(`{"otherUsers": true}`))
	if err := packaged.Copy(c.Drive("My Tools/dibbler.exe"), filepath.Join(other, "drive_c", "dibbler.exe")); err != nil {
		t.Fatal(err)
	}
	const program = `C:\dibbler.exe`
	first := c.Spawn(in("wine", program, "-no-tray"))
	home := address(first)
	c.awaitOpened(home)
	c.awaitExit(c.Spawn(in("wine", program)), 0)
	c.awaitOpened(home)
	if log, err := os.ReadFile(filepath.Join(profile, "Local", "dibbler", "state", "log.txt")); err != nil || len(log) == 0 {
		t.Errorf("the log has %d bytes, %v", len(log), err)
	}
	c.awaitExit(c.Spawn(in("wine", program, "-quit")), 0)
	c.awaitExit(first, 0)
}

// TestStart_portRefused: if the system refuses the port, as Windows does in the ranges reserved
// for Hyper-V and others, the program takes another one. Here it is a port below 1024, which the
// program may not use.
func TestStart_portRefused(t *testing.T) {
	desktop.Need(t, "setpriv", "util-linux")
	c := start(t)
	const refused = 81
	c.Write(c.Settings(), fmt.Appendf(nil, `{"otherUsers": true, "port": %d}`, refused))
	// Wine's server opens ports. The first program starts it.
	command := []string{"wine", program, "-no-browser", "-no-tray"}
	if os.Getuid() == 0 {
		command = append([]string{"setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"}, command...)
	}
	p := c.Spawn(c.Command(command[0], command[1:]...))
	home := address(p)
	tool.Get(t, home)
	u, err := url.Parse(home)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	if port == refused || port == 0 {
		t.Errorf("it runs at %s", home)
	}
	c.awaitLog("the wanted port cannot be used")
	desktop.Await(t, "the settings to have the other port", func() bool { return c.settings()["port"] == float64(port) })
	c.Run("wine", program, "-quit")
	c.awaitExit(p, 0)
}

// TestIcon_dense: at a text size of 200 % the icon is larger.
func TestIcon_dense(t *testing.T) {
	c := start(t)
	c.Run("wine", "reg", "add", `HKCU\Control Panel\Desktop`, "/v", "LogPixels", "/t", "REG_DWORD", "/d", "192", "/f")
	c.restartWine()
	c.startTaskbar()
	p := c.launch("-no-browser")
	icon := c.awaitIcon()
	desktop.Await(t, "a larger icon", func() bool { icon = c.icon(); return icon.Dx() >= 26 && icon.Dy() >= 26 })
	c.Screenshot("icon")
	c.Run("wine", program, "-quit")
	c.awaitExit(p.Process, 0)
}
