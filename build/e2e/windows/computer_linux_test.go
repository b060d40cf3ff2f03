package windows_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// A computer is a Windows on which the program has never been started, for one
// test.
type computer struct {
	*desktop.Desktop
	t      *testing.T
	env    []string
	screen screen
	opened int // how many of the addresses in the browser's file were looked at
}

// start turns a computer on. There is no task bar yet. It skips the test where
// there is no wine.
func start(t *testing.T) *computer {
	t.Helper()
	wine.Need(t)
	c := &computer{Desktop: desktop.Start(t), t: t}
	c.env = append(wine.Env(prefix()), "PATH="+c.addBrowser()+":"+os.Getenv("PATH"))
	c.connectScreen()
	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(c.logFile())
			t.Logf("the log, %v:\n%s", err, log)
		}
		// It saves the registry, which the next test overwrites, not the other way
		// round.
		c.Spawn(c.Command("wineserver", "-k")).Wait()
		c.Spawn(c.Command("wineserver", "-w")).Wait()
	})
	if installed.registry == nil {
		c.install()
	}
	c.clean()
	return c
}

// Command is a command with the computer's environment.
func (c *computer) Command(name string, args ...string) *exec.Cmd {
	cmd := c.Desktop.Command(name, args...)
	cmd.Env = append(cmd.Env, c.env...)
	return cmd
}

// clean removes what other tests left.
func (c *computer) clean() {
	c.t.Helper()
	for _, dir := range []string{c.state(), c.config()} {
		if err := os.RemoveAll(dir); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := os.WriteFile(registryFile(), installed.registry, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.set(map[string]any{"otherUsers": true})
}

// state and config are the folders where the program is to keep its files.
func (c *computer) state() string { return driveC("users", "owner", "AppData", "Local", "dibbler") }

func (c *computer) config() string { return driveC("users", "owner", "AppData", "Roaming", "dibbler") }

func (c *computer) logFile() string { return filepath.Join(c.state(), "state", "log.txt") }

func (c *computer) settingsFile() string { return filepath.Join(c.config(), "settings.json") }

// set writes the settings.
func (c *computer) set(values map[string]any) {
	c.t.Helper()
	text, err := json.Marshal(values)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.MkdirAll(c.config(), 0o700); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(c.settingsFile(), text, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// settings reads them.
func (c *computer) settings() map[string]any {
	c.t.Helper()
	text, err := os.ReadFile(c.settingsFile())
	if err != nil {
		c.t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		c.t.Fatalf("%v in %q", err, text)
	}
	return values
}

// awaitLog waits until the program's log holds text.
func (c *computer) awaitLog(text string) {
	c.t.Helper()
	desktop.Await(c.t, "the log to say "+text, func() bool {
		log, err := os.ReadFile(c.logFile())
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
	_, address, _ := strings.Cut(p.Line(" is running at "), " is running at ")
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "" {
		c.t.Fatalf("it runs at %q, %v", address, err)
	}
	return &running{p, u}
}

// spawn starts a Windows program.
func (c *computer) spawn(file string, args ...string) *desktop.Process {
	c.t.Helper()
	return c.Spawn(c.Command("wine", append([]string{file}, args...)...))
}

// awaitExit waits until the program has ended and checks its exit status.
func (c *computer) awaitExit(p *desktop.Process, want int) {
	c.t.Helper()
	if end := p.Wait(); end.ExitCode() != want {
		c.t.Errorf("%v, want exit status %d\n%s%s", end, want, p.Stdout(), p.Stderr())
	}
}

// addBrowser makes a folder with what stands in for a browser.
func (c *computer) addBrowser() string {
	c.t.Helper()
	bin := filepath.Join(c.Home(), "bin")
	if err := os.Mkdir(bin, 0o700); err != nil {
		c.t.Fatal(err)
	}
	script := "#!/bin/sh\necho \"$1\" >> '" + c.openedFile() + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		c.t.Fatal(err)
	}
	return bin
}

func (c *computer) openedFile() string { return filepath.Join(c.Home(), "opened") }

// awaitOpened waits until the browser is asked to open one more page, and checks
// that it is this one.
func (c *computer) awaitOpened(want string) {
	c.t.Helper()
	var lines []string
	desktop.Await(c.t, "the browser to open "+want, func() bool {
		lines = c.allOpened()
		return len(lines) > c.opened
	})
	if got := lines[c.opened]; got != want {
		c.t.Errorf("the browser opens %s, want %s", got, want)
	}
	c.opened++
}

// allOpened returns the addresses that the browser was asked to open.
func (c *computer) allOpened() []string {
	text, err := os.ReadFile(c.openedFile())
	if err != nil {
		return nil // none so far
	}
	lines := strings.Split(string(text), "\n")
	return lines[:len(lines)-1]
}
