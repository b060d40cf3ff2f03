package program

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

func TestShutdown_drains(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, slowTool)
	tab := browser.Page(p.URL)
	awaitListening(t, tab)
	answer := p.Begin()
	panel.Choose("Shutdown")
	awaitMenu(t, d, "(Finishing 1 request…)", "(Open)", "Quit now")
	panel.OpenMenu()
	d.Screenshot("draining")
	panel.CloseMenu()
	p.Finish()
	if got := <-answer; got != "finished" {
		t.Errorf("the slow page is %q", got)
	}
	p.Ends(0)
	panel.AwaitNoIcon()
	if said := text(t, tab, "dialog"); !strings.Contains(said, "Slow Tool has shut down") {
		t.Errorf("the open tab says %q", said)
	}
	d.Screenshot("goodbye")
}

func TestShutdown_quitNow(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := tool.Start(t, d, nil, slowTool, "-no-browser")
	answer := p.Begin()
	panel.Choose("Shutdown")
	awaitMenu(t, d, "Quit now")
	panel.Choose("Quit now")
	if got := <-answer; got == "finished" {
		t.Error("the page was finished")
	}
	p.Ends(3)
	panel.AwaitNoIcon()
	if !strings.Contains(p.Stderr(), "GET /slow") {
		t.Errorf("standard error does not name what was cut: %q", p.Stderr())
	}
}

// A service manager, a closed terminal and the end of a session each send their signal
// while a request is in flight.
func TestShutdown_signals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			d := desktop.Start(t)
			panel := d.StartPanel(desktop.Dark)
			p := tool.Start(t, d, nil, slowTool, "-no-browser")
			panel.AwaitIcon()
			answer := p.Begin()
			p.Signal(signal)
			awaitMenu(t, d, "(Finishing 1 request…)")
			p.Finish()
			if got := <-answer; got != "finished" {
				t.Errorf("the slow page is %q", got)
			}
			p.Ends(0)
			panel.AwaitNoIcon()
		})
	}
}

// The session ends while a request in flight does not.
func TestShutdown_hangupIsBounded(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, slowTool, "-no-browser")
	answer := p.Begin()
	p.Signal(syscall.SIGHUP)
	p.Ends(3)
	<-answer
}

// The desktop is gone before the program is told to end.
func TestSession_ends(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := tool.Start(t, d, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	answer := p.Begin()
	panel.Kill()
	for pid, name := range d.Running() {
		if name == "dbus-daemon" || name == "Xvfb" {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	// It still serves, and its pages have the bar now.
	desktop.Await(t, "the bar", func() bool { return strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
	p.Signal(syscall.SIGTERM)
	p.Finish()
	if got := <-answer; got != "finished" {
		t.Errorf("the slow page is %q", got)
	}
	p.Ends(0)
}

// A program that still runs at the next login, or was started over SSH before it, gets its
// icon from the launch at login, and opens its page in the new session.
func TestSession_next(t *testing.T) {
	for name, first := range map[string]func(*testing.T, *desktop.Desktop) *tool.Running{
		"after a log-out": func(t *testing.T, d *desktop.Desktop) *tool.Running {
			panel := d.StartPanel(desktop.Dark)
			p := tool.Start(t, d, nil, slowTool, "-no-browser")
			panel.AwaitIcon()
			panel.Kill()
			d.KillBus()
			desktop.Await(t, "the bar", func() bool { return strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
			return p
		},
		"after SSH": func(t *testing.T, d *desktop.Desktop) *tool.Running {
			noDesktop := func(cmd *exec.Cmd) {
				cmd.Env = append(desktop.Without(cmd.Env, "DISPLAY"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
			}
			p := tool.Start(t, d, noDesktop, slowTool, "-no-browser")
			desktop.Await(t, "the bar", func() bool { return strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
			return p
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := desktop.Start(t)
			opened := filepath.Join(home.Home(), "opened")
			browser := filepath.Join(home.Home(), "browser")
			if err := os.WriteFile(browser, []byte("#!/bin/sh\necho $DISPLAY $1 >"+opened+".new && mv "+opened+".new "+opened+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			home.SetURLHandler(browser + " %u")
			p := first(t, home)

			next := desktop.Start(t)
			panel := next.StartPanel(desktop.Dark)
			launch := next.Command(slowTool, "-no-browser")
			var display string
			for _, v := range launch.Env {
				if value, ok := strings.CutPrefix(v, "DISPLAY="); ok {
					display = value
				}
			}
			for _, v := range home.Command(slowTool).Env {
				if name, _, _ := strings.Cut(v, "="); name == "HOME" || strings.HasPrefix(name, "XDG_") {
					launch.Env = append(launch.Env, v)
				}
			}
			again := next.Spawn(launch)
			if url := tool.Address(again); url != p.URL {
				t.Errorf("the launch says %s, and the program is at %s", url, p.URL)
			}
			if code := again.Wait().ExitCode(); code != 0 {
				t.Errorf("the launch ends with %d: %s", code, again.Stderr())
			}
			panel.AwaitIcon()
			panel.Choose("Open")
			var got []byte
			desktop.Await(t, "the page to open", func() (ok bool) {
				var err error
				got, err = os.ReadFile(opened)
				return err == nil
			})
			if want := display + " " + p.URL + "\n"; string(got) != want {
				t.Errorf("opened is %q, want %q", got, want)
			}
			panel.Choose("Shutdown")
			p.Ends(0)
			panel.AwaitNoIcon()
		})
	}
}

// Control-C in a terminal sends the signal to the program and to all that it has started.
// The browser goes on.
func TestShutdown_interruptSparesBrowser(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	group := func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
	p := tool.Start(t, d, group, calendar)
	tab := browser.Page(p.URL)
	awaitListening(t, tab)
	if err := syscall.Kill(-p.PID(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.Ends(0)
	if said := text(t, tab, "dialog"); !strings.Contains(said, "Dibbler has shut down") {
		t.Errorf("the page says %q", said)
	}
	do(t, tab, chromedp.Navigate("about:version"))
}

// -quit waits for the request in flight.
func TestShutdown_quitFlag(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
	answer := p.Begin()
	quit := d.Spawn(d.Command(slowTool, "-quit"))
	// A request that is not accepted any more shows that the end has begun.
	desktop.Await(t, "the address to be free", func() bool {
		resp, err := tool.Client.Get(p.URL)
		if err == nil {
			resp.Body.Close()
		}
		return err != nil
	})
	if !quit.Running() {
		t.Error("-quit has not waited for what is in flight")
	}
	p.Finish()
	if got := <-answer; got != "finished" {
		t.Errorf("the slow page is %q", got)
	}
	if code := quit.Wait().ExitCode(); code != 0 {
		t.Errorf("-quit ends with %d: %s", code, quit.Stderr())
	}
	p.Ends(0)
}

// The program was killed, as by a power cut, and starts again.
func TestStart_afterKill(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	first := tool.Start(t, d, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	first.Signal(os.Kill)
	first.Wait()
	panel.AwaitNoIcon()
	second := tool.Start(t, d, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	if second.URL != first.URL {
		t.Errorf("it was at %s and is at %s", first.URL, second.URL)
	}
	tool.Get(t, second.URL)
}

// An impatient owner launches the program fifty times.
func TestLaunch_fiftyAtOnce(t *testing.T) {
	d := desktop.Start(t)
	var all []*desktop.Process
	var urls []string
	for range 50 {
		all = append(all, d.Spawn(d.Command(slowTool, "-no-browser", "-no-tray")))
	}
	for _, p := range all {
		urls = append(urls, tool.Address(p))
	}
	if all := slices.Compact(urls); len(all) != 1 {
		t.Errorf("the launches say that it is at %q", all)
	}
	var alive *desktop.Process
	desktop.Await(t, "all but one to end", func() bool {
		running := 0
		for _, p := range all {
			if p.Running() {
				alive = p
				running++
			}
		}
		return running == 1
	})
	tool.Get(t, urls[0])
	alive.Signal(syscall.SIGTERM)
	for _, p := range all {
		if code := p.Wait().ExitCode(); code != 0 {
			t.Errorf("a launch ends with %d: %s", code, p.Stderr())
		}
	}
}
