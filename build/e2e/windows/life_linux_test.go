package windows_test

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

func TestStart(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p := c.launch()
	c.awaitOpened(p.url.String())
	if page := tool.Get(t, p.url.String()+"?year=2003"); !strings.Contains(page, "2003") || !strings.Contains(page, "January") {
		t.Errorf("the year 2003 is %s", page)
	}
	c.awaitIcon()
	c.Screenshot("icon")
	c.awaitLog("the icon is in the tray")
	if page := tool.Get(t, p.url.String()); strings.Contains(page, `action="/app.shutdown"`) {
		t.Error("the page has a bar in place of the icon, which is there")
	}
	if port, _ := strconv.Atoi(p.url.Port()); c.settings()["port"] != float64(port) {
		t.Errorf("the port %d is not remembered: %v", port, c.settings())
	}
	for _, dir := range []string{filepath.Join(c.state(), "temp"), filepath.Join(c.state(), "state")} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}

// TestIcon_taskbarColor: the icon follows the colour of the task bar. Wine's is light, where
// the icon for dark ones cannot be seen.
func TestIcon_taskbarColor(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	c.launch("-no-browser")
	c.awaitIcon()
	c.setLight(false)
	c.awaitNoIcon()
	c.setLight(true)
	c.awaitIcon()
}

// The program starts before the task bar, as at login.
func TestIcon_taskbarStartsLater(t *testing.T) {
	c := start(t)
	p := c.launch("-no-browser")
	c.awaitLog("Windows shows no task bar")
	const bar = `action="/app.shutdown"`
	if page := tool.Get(t, p.url.String()); !strings.Contains(page, bar) {
		t.Errorf("without an icon the page has no bar: %s", page)
	}
	c.startTaskbar()
	c.awaitIcon()
	c.awaitLog("the icon is in the tray")
	if page := tool.Get(t, p.url.String()); strings.Contains(page, bar) {
		t.Error("the page has a bar in place of the icon, which is there")
	}
	c.choose(usualMenu, "Shutdown")
	c.awaitExit(p.Process, 0)
}

func TestStart_fails(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	taken := strconv.Itoa(listen(t))
	p := c.spawn(program, "-port", taken)
	desktop.Await(t, "the message", func() bool { return c.hasMessage() })
	c.Screenshot("message")
	if !p.Running() {
		t.Error("it ended before its message was read")
	}
	desktop.Await(t, "the message to close", func() bool {
		c.press(keyReturn)
		return !c.hasMessage()
	})
	c.awaitExit(p, 1)
	if !strings.Contains(p.Stderr(), "port "+taken) {
		t.Errorf("standard error is %q", p.Stderr())
	}
	c.awaitLog("port " + taken)
}

func (c *computer) hasMessage() bool {
	c.t.Helper()
	for _, w := range c.windows("dibbler.exe") {
		if w.title == "Dibbler could not start" {
			return true
		}
	}
	return false
}

// listen takes a port from the program.
func listen(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func TestSecondLaunch(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	first := c.launch()
	c.awaitOpened(first.url.String())
	second := c.launch()
	c.awaitExit(second.Process, 0)
	if second.url.String() != first.url.String() {
		t.Errorf("the second launch says %s, the first %s", second.url, first.url)
	}
	c.awaitOpened(first.url.String())

	request := slow.Save(t, first.url)
	quit := c.spawn(program, "-quit")
	c.awaitLog("asked to end")
	if !first.Running() || !quit.Running() {
		t.Error("it did not wait for a request")
	}
	request.Finish()
	c.awaitExit(quit, 0)
	c.awaitExit(first.Process, 0)
	again := c.spawn(program, "-quit")
	again.Line("was not running")
	c.awaitExit(again, 0)
}

// A program that is told to close, and one whose session ends, finish their requests.
func TestShutdown_bySystem(t *testing.T) {
	for name, args := range map[string][]string{
		"close":   {"taskkill", "/IM", "dibbler.exe"},
		"session": {"wineboot", "-e"},
	} {
		t.Run(name, func(t *testing.T) {
			c := start(t)
			c.startTaskbar()
			p := c.launch("-no-browser")
			c.awaitIcon()
			request := slow.Save(t, p.url)
			end := c.spawn(args[0], args[1:]...)
			c.awaitLog("the session ends")
			request.Finish()
			c.awaitExit(p.Process, 0)
			c.awaitExit(end, 0)
			c.awaitLog("msg=end ")
			if c.settings()["openBrowser"] != false {
				t.Errorf("what was sent last is not in the settings: %v", c.settings())
			}
		})
	}
}
