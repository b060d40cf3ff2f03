package windows_test

import (
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
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
