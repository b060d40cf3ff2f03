package windows_test

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestIcon_taskbarColor: the icon changes with the colour of the task bar. On wine's, which is
// always light, the icon for dark ones is invisible.
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

// TestIcon_taskbarStartsLater starts the program before the task bar, as at login.
func TestIcon_taskbarStartsLater(t *testing.T) {
	c := start(t)
	p := c.launch("-no-browser")
	c.awaitLog("Windows shows no task bar")
	const bar = `action="/app.shutdown"`
	if page := tool.Get(t, p.url.String()); !strings.Contains(page, bar) {
		t.Errorf("without the icon, the page has no bar: %s", page)
	}
	c.startTaskbar()
	c.awaitIcon()
	c.awaitLog("the icon is in the tray")
	if page := tool.Get(t, p.url.String()); strings.Contains(page, bar) {
		t.Error("with the icon, the page still has a bar")
	}
	c.choose(usualMenu, "Shutdown")
	c.awaitExit(p.Process, 0)
}

// TestStart_fails: a program that cannot start says why in a message box.
func TestStart_fails(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	p := c.spawn(program, "-port", taken)
	desktop.Await(t, "the message", c.hasMessage)
	c.Screenshot("message")
	if !p.Running() {
		t.Error("the program ended before its message was closed")
	}
	desktop.Await(t, "the message to close", func() bool {
		c.Run("xdotool", "key", "Return")
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
	return slices.ContainsFunc(c.windows("dibbler.exe"), func(w window) bool { return w.title == "Dibbler could not start" })
}

// TestSecondLaunch: a second launch opens the page of the first, and -quit waits for its requests.
func TestSecondLaunch(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	first := c.launch()
	c.awaitOpened(first.url.String())
	second := c.launch()
	c.awaitExit(second.Process, 0)
	if second.url.String() != first.url.String() {
		t.Errorf("the second launch prints %s, the first %s", second.url, first.url)
	}
	c.awaitOpened(first.url.String())

	request := slow.Save(t, first.url)
	quit := c.spawn(program, "-quit")
	c.awaitLog("asked to end")
	c.awaitExit(c.spawn(program, "-version"), 0) // by then, a -quit that does not wait has ended
	if !first.Running() || !quit.Running() {
		t.Error("the program did not wait for the request")
	}
	request.Finish()
	c.awaitExit(quit, 0)
	c.awaitExit(first.Process, 0)
	again := c.spawn(program, "-quit")
	again.Line("was not running")
	c.awaitExit(again, 0)
}

// TestShutdown_bySystem: the program finishes its requests when another program closes it, and
// when the session ends.
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
				t.Errorf("the settings do not have what the request sent: %v", c.settings())
			}
		})
	}
}
