package program

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestShutdown: the owner chooses Shutdown while a request is in flight. The program finishes
// it, unless the owner chooses Quit now.
func TestShutdown(t *testing.T) {
	for name, now := range map[string]bool{"finish": false, "quit_now": true} {
		t.Run(name, func(t *testing.T) {
			d := desktop.Start(t)
			panel := d.StartPanel(desktop.Dark)
			p := tool.Start(t, d, nil, slowTool, "-no-browser")
			request := p.Save()
			panel.Choose("Shutdown")
			awaitMenu(t, d, "(Finishing 1 request…)", "(Open)", "Quit now")
			status := 0
			if now {
				status = 3
				panel.Choose("Quit now")
				request.AwaitCut()
			} else {
				panel.OpenMenu()
				d.Screenshot("draining")
				panel.CloseMenu()
				request.Finish()
			}
			p.Ends(status)
			panel.AwaitNoIcon()
			if named := strings.Contains(p.Stderr(), "POST /app.settings"); named != now {
				t.Errorf("standard error is %q, want the request in it: %v", p.Stderr(), now)
			}
		})
	}
}

// TestSession_ends: the desktop ends before the system ends the program, which still finishes
// its requests.
func TestSession_ends(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	p := tool.Start(t, d, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	request := p.Save()
	panel.Kill()
	for pid, name := range d.Running() {
		if name == "dbus-daemon" || name == "Xvfb" {
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	awaitBar(t, p)
	p.Signal(syscall.SIGTERM)
	request.Finish()
	p.Ends(0)
}

// TestSession_next: a program that still runs at the next login moves to the new session,
// which the launch at login reports to it. It shows its icon and opens its page there.
func TestSession_next(t *testing.T) {
	first := desktop.Start(t)
	opened := filepath.Join(first.Home(), "opened")
	browser := filepath.Join(first.Home(), "browser")
	first.Write(browser, "#!/bin/sh\necho $DISPLAY $1 >"+opened+".new && mv "+opened+".new "+opened+"\n", 0o700)
	first.SetURLHandler(browser + " %u")
	panel := first.StartPanel(desktop.Dark)
	p := tool.Start(t, first, nil, slowTool, "-no-browser")
	panel.AwaitIcon()
	panel.Kill()
	first.KillBus()
	awaitBar(t, p)

	next := desktop.Start(t)
	panel = next.StartPanel(desktop.Dark)
	launch := next.Command(slowTool, "-no-browser")
	display := variable(launch.Env, "DISPLAY")
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"} {
		launch.Env = append(launch.Env, name+"="+variable(first.Command("").Env, name))
	}
	again := next.Spawn(launch)
	if url, code := tool.Address(again), again.Wait().ExitCode(); url != p.URL || code != 0 {
		t.Errorf("the launch prints the address %s and ends with status %d, want %s and 0", url, code, p.URL)
	}
	panel.AwaitIcon()
	panel.Choose("Open")
	desktop.Await(t, "the page to open", func() bool {
		got, _ := os.ReadFile(opened) // there is none at first
		return string(got) == display+" "+p.URL+"\n"
	})
	panel.Choose("Shutdown")
	p.Ends(0)
	panel.AwaitNoIcon()
}

func variable(env []string, name string) (value string) {
	for _, v := range env {
		if is, ok := strings.CutPrefix(v, name+"="); ok {
			value = is
		}
	}
	return value
}

// awaitBar waits until the pages have the bar because no panel shows the icon.
func awaitBar(t *testing.T, p *tool.Running) {
	t.Helper()
	desktop.Await(t, "the bar", func() bool { return strings.Contains(tool.Get(t, p.URL), "dibbler-bar") })
}

// TestShutdown_interruptSparesBrowser: Ctrl-C in a terminal sends the signal to the whole
// process group of the program. The browser that the program started is not in it.
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
		t.Errorf("the page says %q, want that the program has shut down", said)
	}
	chrome.Do(t, tab, chromedp.Navigate("about:version"))
}
