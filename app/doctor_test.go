package app

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDoctor(t *testing.T) {
	t.Run("no desktop", func(t *testing.T) {
		h := newHome(t)
		h.env = append(h.env, "PATH="+h.dir) // no browser; there is no session bus either
		out, status := h.launch("plain", "-doctor").exit()
		if status != exitError || !strings.HasPrefix(out, "Plain 1.2.3 (go") {
			t.Errorf("status %d, %s", status, out)
		}
		for _, what := range []string{"folders", "settings", "log", "running already", "port", "owner check", "tray", "browser", "start at login"} {
			if !strings.Contains(out, " "+what+": ") {
				t.Errorf("the output has no line for %s: %s", what, out)
			}
			if strings.Contains(out, what+": "+what+":") {
				t.Errorf("the output has two lines for %s: %s", what, out)
			}
		}
		if !strings.Contains(out, "✗ tray: ") || !strings.Contains(out, "✓ folders: ") || !strings.Contains(out, "✓ running already: no\n") {
			t.Errorf("%s", out)
		}
	})
	t.Run("damaged start at login", func(t *testing.T) {
		if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
			t.Skip("not for this system: it has another format")
		}
		h := newHome(t)
		entry := h.write("config/autostart/plain.desktop", "")
		if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, "✗ start at login: "+entry+": ") {
			t.Errorf("%s", out)
		}
	})
	t.Run("no screen", func(t *testing.T) {
		if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
			t.Skip("not for this system: it opens the browser itself")
		}
		opener := newHome(t).write("bin/xdg-open", "#!/bin/sh\n")
		for _, test := range []struct{ screen, want string }{
			{"DISPLAY=", "✗ browser: there is " + opener + ", but no screen"},
			{"DISPLAY=:99", "✓ browser: " + opener + "\n"},
			{"WAYLAND_DISPLAY=wayland-0", "✓ browser: " + opener + "\n"},
		} {
			h := newHome(t)
			h.env = append(h.env, "PATH="+filepath.Dir(opener), "DISPLAY=", "WAYLAND_DISPLAY=", "BROWSER=", test.screen)
			if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, test.want) {
				t.Errorf("with %s the output has no %q:\n%s", test.screen, test.want, out)
			}
		}
	})
	t.Run("running program", func(t *testing.T) {
		h := newHome(t)
		p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
		at := p.url()
		out, _ := h.launch("plain", "-doctor").exit()
		if !strings.Contains(out, "✓ running already: Plain is running at "+at) || !strings.Contains(out, "✓ port: used by the running program") {
			t.Errorf("%s", out)
		}
		wantPage(t, at, "home of plain")
	})
	t.Run("taken port", func(t *testing.T) {
		h := newHome(t)
		_, port := takePort(t, "127.0.0.1")
		h.remember(port)
		if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, port+" cannot be used") || !strings.Contains(out, "the program uses another") {
			t.Errorf("%s", out)
		}
	})
	t.Run("damaged settings and log", func(t *testing.T) {
		h := newHome(t)
		h.remember("oh")
		h.write("state/plain/log.txt/x", "")
		out, status := h.launch("plain", "-doctor").exit()
		if status != exitError || !strings.Contains(out, "✗ settings: "+h.settingsFile()+" is damaged: ") || !strings.Contains(out, "✗ log: ") {
			t.Errorf("status %d, %s", status, out)
		}
		if _, err := os.Stat(h.settingsFile()); err != nil {
			t.Error(err)
		}
	})
}
