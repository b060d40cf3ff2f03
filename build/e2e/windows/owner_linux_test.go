package windows_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestLaunch_file starts a tool with a file, as Explorer does with one that is double-clicked,
// and has the running tool open another one.
func TestLaunch_file(t *testing.T) {
	const teaTool = `C:\Tea\tea.exe`
	c := start(t)
	build(t, "tool/teatool", "Tea/tea.exe", "-H=windowsgui")
	const file, other = `C:\Tea\Grün & weiß 100%.tea`, `C:\Tea\王.tea`
	first := c.spawn(teaTool, "-no-tray", "-port", "0", "--", file)
	first.Line("launched with [" + strconv.Quote(file) + "]")
	page := func(file string) string { return "brew?" + url.Values{"what": {file}}.Encode() }
	_, address, _ := strings.Cut(first.Line(" is running at "), " is running at ")
	address = strings.TrimSuffix(strings.TrimSpace(address), page(file))
	c.awaitOpened(address + page(file))
	second := c.spawn(teaTool, "--", other)
	first.Line("launched with [" + strconv.Quote(other) + "]")
	c.awaitOpened(address + page(other))
	c.awaitExit(second, 0)
	c.run("wine", teaTool, "-quit")
	c.awaitExit(first, 0)
}

// TestStart_userName has an owner whose name, and with it the folder of the profile, is
// long and has letters of several scripts.
func TestStart_userName(t *testing.T) {
	c := start(t)
	owner := "Zoë O'Brien Żółć 王小明 Нина " + strings.Repeat("x", 60)
	other := filepath.Join(installed.dir, "other")
	drive := filepath.Join(other, "drive_c")
	profile := filepath.Join(drive, "users", owner, "AppData")
	c.env = append(c.env, "USER="+owner, "WINEPREFIX="+other)
	if boot := c.Spawn(c.Command("wine", "wineboot", "-i")); !boot.Wait().Success() {
		c.run("wine", "wineboot", "-u")
	}
	for from, to := range map[string]string{
		driveC("windows/system32/bcryptprimitives.dll"): "windows/system32/bcryptprimitives.dll",
		driveC("My Tools/dibbler.exe"):                  "dibbler.exe",
	} {
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(drive, to), content, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	settings := filepath.Join(profile, "Roaming", "dibbler", "settings.json")
	if err := os.MkdirAll(filepath.Dir(settings), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte(`{"otherUsers": true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	const program = `C:\dibbler.exe`
	first := c.spawn(program, "-no-tray")
	_, address, _ := strings.Cut(first.Line(" is running at "), " is running at ")
	address = strings.TrimSpace(address)
	c.awaitOpened(address)
	if page := tool.Get(t, address+"?year=2003"); !strings.Contains(page, "January") {
		t.Errorf("the year 2003 is %s", page)
	}
	second := c.spawn(program)
	c.awaitOpened(address)
	c.awaitExit(second, 0)
	if log, err := os.ReadFile(filepath.Join(profile, "Local", "dibbler", "state", "log.txt")); err != nil || len(log) == 0 {
		t.Errorf("the log has %d bytes, %v", len(log), err)
	}
	doctor := c.spawn(program, "-doctor")
	doctor.Wait()
	if folders := `✓ folders: C:\users\` + owner + `\AppData\Roaming\dibbler`; !strings.Contains(doctor.Stdout(), folders) {
		t.Errorf("doctor does not say %q: %s", folders, doctor.Stdout())
	}
	c.run("wine", program, "-quit")
	c.awaitExit(first, 0)
}

// TestStart_portRefused has the system refuse the port, as Windows does with the ranges
// that it reserves for Hyper-V and others. Here it is one below 1024, and the program
// lacks the right to those.
func TestStart_portRefused(t *testing.T) {
	desktop.Need(t, "setpriv", "util-linux")
	c := start(t)
	const refused = 81
	c.set(map[string]any{"otherUsers": true, "port": refused})
	// In wine it is the server that asks the system for ports; this is the first program.
	command := []string{"wine", program, "-no-browser", "-no-tray"}
	if os.Getuid() == 0 {
		command = append([]string{"setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"}, command...)
	}
	p := c.Spawn(c.Command(command[0], command[1:]...))
	_, address, _ := strings.Cut(p.Line(" is running at "), " is running at ")
	address = strings.TrimSpace(address)
	tool.Get(t, address)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	if port == refused || port == 0 {
		t.Errorf("it runs at %s", address)
	}
	c.awaitLog("the wanted port cannot be used")
	desktop.Await(t, "the other port to be kept", func() bool { return c.settings()["port"] == float64(port) })
	c.run("wine", program, "-quit")
	c.awaitExit(p, 0)
}

// TestIcon_dense has a screen of double density, with the text size of 200 %.
func TestIcon_dense(t *testing.T) {
	c := start(t)
	c.run("wine", "reg", "add", `HKCU\Control Panel\Desktop`, "/v", "LogPixels", "/t", "REG_DWORD", "/d", "192", "/f")
	for _, order := range []string{"-k", "-w"} { // it reads this when it starts
		c.Spawn(c.Command("wineserver", order)).Wait()
	}
	c.startTaskbar()
	p := c.launch("-no-browser")
	icon := c.awaitIcon()
	desktop.Await(t, "a larger icon", func() bool { icon = c.icon(); return icon.Dx() >= 26 && icon.Dy() >= 26 })
	c.Screenshot("icon")
	c.run("wine", program, "-quit")
	c.awaitExit(p.Process, 0)
}
