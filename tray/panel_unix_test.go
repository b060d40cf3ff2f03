//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

func TestNoWatcher(t *testing.T) {
	for desktops, want := range map[string]string{
		"GNOME":        "GNOME's extension",
		"ubuntu:GNOME": "GNOME's extension",
		"Budgie:GNOME": "Budgie's settings",
		"KDE":          "Plasma",
		"sway":         "start a panel",
		"tint2":        "start a panel",
		"":             "start a panel",
	} {
		if got := noWatcher(desktops).Error(); !strings.HasPrefix(got, "this desktop shows no tray icons") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", desktops, got, want)
		}
	}
}

// startWatcher starts a session bus with a watcher, which calls asked before it says that
// there is a panel.
func startWatcher(t *testing.T, asked func(watcher *dbus.Conn)) {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(busVariable, strings.TrimSpace(address))
	watcher, err := connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]any{"Get": func(_, _ string) (dbus.Variant, *dbus.Error) {
		asked(watcher)
		return dbus.MakeVariant(true), nil
	}}
	if err := watcher.ExportMethodTable(methods, watcherPath, propertiesInterface); err != nil {
		t.Fatal(err)
	}
	if _, err := watcher.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}

// TestCheck_noReply: a watcher does not answer, or ends before it has answered.
func TestCheck_noReply(t *testing.T) {
	t.Run("ends", func(t *testing.T) {
		startWatcher(t, func(watcher *dbus.Conn) { watcher.Close() })
		if err := Check(t.Context()); err == nil || !strings.Contains(err.Error(), "this desktop shows no tray icons") {
			t.Errorf("got %v, want an error", err)
		}
	})
	t.Run("hangs", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		startWatcher(t, func(*dbus.Conn) {
			cancel()
			<-t.Context().Done()
		})
		if err := Check(ctx); err == nil || !strings.Contains(err.Error(), "the panel does not answer") {
			t.Errorf("got %v, want an error that names the panel", err)
		}
	})
}

// TestTakesMarkup: the name of the watcher's process decides.
func TestTakesMarkup(t *testing.T) {
	const file = "/proc/self/comm"
	own, err := os.ReadFile(file)
	if err != nil {
		t.Skip(err)
	}
	defer func() {
		if err := os.WriteFile(file, own, 0); err != nil {
			t.Error(err)
		}
	}()
	startWatcher(t, func(*dbus.Conn) {})
	bus, err := connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bus.Close()
	for name, want := range map[string]bool{
		"waybar":                   true,
		"mate-panel":               true,
		"notification-area-applet": true,
		"xapp-sn-watcher":          true,
		"xfce4-panel":              false,
		"plasmashell":              false,
	} {
		if err := os.WriteFile(file, []byte(name), 0); err != nil {
			t.Fatal(err)
		}
		if got := takesMarkup(t.Context(), bus); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
