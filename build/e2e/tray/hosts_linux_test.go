package tray_test

import (
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// A host is a desktop with its own program for the icons of the tray.
type host struct {
	d   *desktop.Desktop
	env []string
}

// startHost starts a desktop without its panel. It skips the test where one of
// its programs, given with their Debian packages, is missing. The programs take
// many packages and seconds, so it skips short test runs too.
func startHost(t *testing.T, programs map[string]string, env ...string) *host {
	t.Helper()
	if testing.Short() {
		t.Skip("not for a short run: a whole desktop")
	}
	for program, debianPackage := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("not for a machine without %s (Debian package %s)", program, debianPackage)
		}
	}
	return &host{desktop.Start(t), env}
}

func (h *host) spawn(program string, args ...string) *desktop.Process {
	cmd := h.d.Command(program, args...)
	cmd.Env = append(cmd.Env, h.env...)
	return h.d.Spawn(cmd)
}

// write makes a file in the home folder.
func (h *host) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(h.d.Home(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// settings has programs read GNOME's kind of settings from text.
func (h *host) settings(t *testing.T, text string) {
	t.Helper()
	h.write(t, ".config/glib-2.0/settings/keyfile", text)
	h.env = append(h.env, "GSETTINGS_BACKEND=keyfile")
}

// systemBus starts a bus in the place of the system's, of which nothing is asked.
func (h *host) systemBus(t *testing.T) {
	t.Helper()
	socket := filepath.Join(h.d.Home(), "system-bus")
	h.spawn("dbus-daemon", "--session", "--nofork", "--address=unix:path="+socket)
	desktop.Await(t, "the system bus", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	h.env = append(h.env, "DBUS_SYSTEM_BUS_ADDRESS=unix:path="+socket)
}

// icon waits for the demo's icon, which is mostly green, anywhere on the screen,
// and returns its middle.
func (h *host) icon(t *testing.T) (middle image.Point) {
	t.Helper()
	desktop.Await(t, "the icon on the screen", func() bool {
		time.Sleep(100 * time.Millisecond) // the panel needs the processors more than this loop
		var count int
		middle, count = find(h.d.Picture(), green)
		return count >= 30
	})
	return middle
}

// end ends a panel as a crash would.
func end(panel *desktop.Process) {
	panel.Signal(syscall.SIGKILL)
	panel.Wait()
}

// TestHosts_ayatana: the service shows icons only from files.
func TestHosts_ayatana(t *testing.T) {
	const (
		service = "/usr/libexec/ayatana-indicator-application/ayatana-indicator-application-service"
		applet  = "/usr/lib/mate-indicator-applet/mate-indicator-applet"
	)
	h := startHost(t, map[string]string{service: "ayatana-indicator-application", "xfwm4": "xfwm4",
		"mate-panel": "mate-panel", applet: "mate-indicator-applet"})
	h.settings(t, `
[org/mate/panel/general]
object-id-list=['icons']
toplevel-id-list=['top']
[org/mate/panel/toplevels/top]
expand=true
orientation='top'
size=28
[org/mate/panel/objects/icons]
object-type='applet'
applet-iid='IndicatorAppletFactory::IndicatorApplet'
toplevel-id='top'
position=10
`)
	h.spawn("xfwm4", "--compositor=off")
	h.spawn(service)
	h.spawn(applet) // which this bus would not start
	h.spawn("mate-panel")
	p := run(t, h.d, nil)
	p.Line("report <nil>")
	h.icon(t)
	h.d.Screenshot("ayatana")
	p.awaitMarks()
}

// TestHosts_plasma: the watcher is a daemon, which notices neither the end of the
// panel nor its start.
func TestHosts_plasma(t *testing.T) {
	const activities = "/usr/lib/x86_64-linux-gnu/libexec/kactivitymanagerd"
	h := startHost(t, map[string]string{"plasmashell": "plasma-workspace", "kded5": "kded5", "kwin_x11": "kwin-x11", activities: "kactivitymanagerd"},
		"XDG_CURRENT_DESKTOP=KDE", "KDE_FULL_SESSION=true", "KDE_SESSION_VERSION=5", "XDG_MENU_PREFIX=plasma-",
		"QT_QUICK_BACKEND=software", "QT_XCB_GL_INTEGRATION=none", "KWIN_COMPOSE=N", "XDG_CONFIG_DIRS=/etc/xdg")
	p := run(t, h.d, nil)
	p.Line("report this desktop shows no tray icons")
	h.spawn("kded5")
	h.spawn("kwin_x11", "--no-kactivities")
	h.spawn(activities) // which this bus would not start
	panel := h.spawn("plasmashell", "--no-respawn")
	p.Line("report <nil>")
	h.icon(t)
	h.d.Screenshot("plasma")
	p.awaitMarks()
	end(panel)
	p.Line("report no panel shows icons")
	run(t, h.d, nil, "-check").Line("check no panel shows icons")
	h.spawn("plasmashell", "--no-respawn")
	p.Line("report <nil>")
	h.icon(t)
}

// TestHosts_cinnamon: the watcher stays when Cinnamon ends.
func TestHosts_cinnamon(t *testing.T) {
	const watcher = "/usr/libexec/xapps/sn-watcher/xapp-sn-watcher"
	h := startHost(t, map[string]string{"cinnamon": "cinnamon", watcher: "xapp-sn-watcher"}, "XDG_CURRENT_DESKTOP=X-Cinnamon", "LIBGL_ALWAYS_SOFTWARE=1")
	h.settings(t, "")
	h.systemBus(t)
	h.spawn(watcher)
	panel := h.spawn("cinnamon")
	p := run(t, h.d, nil)
	p.Line("report <nil>")
	h.icon(t)
	h.d.Screenshot("cinnamon")
	p.awaitMarks()
	end(panel)
	p.Line("report no panel shows icons")
	h.spawn("cinnamon")
	p.Line("report <nil>")
	h.icon(t)
}

// TestHosts_swaybar: swaybar has no menus.
func TestHosts_swaybar(t *testing.T) {
	h := startHost(t, map[string]string{"sway": "sway", "swaybar": "sway"},
		"XDG_CURRENT_DESKTOP=sway", "WLR_BACKENDS=x11", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1")
	if os.Geteuid() == 0 {
		t.Skip("not for root: sway refuses it")
	}
	h.write(t, "sway", "output * bg #557799 solid_color\nbar {\n position top\n tray_output *\n}\n")
	h.spawn("sway", "-c", filepath.Join(h.d.Home(), "sway"))
	p := run(t, h.d, nil)
	p.Line("report <nil>")
	for _, click := range []struct {
		button desktop.Button
		want   string
	}{{desktop.Right, "page"}, {desktop.Middle, "page"}, {desktop.Left, "open"}} {
		h.d.Click(h.icon(t), click.button)
		p.Line(click.want)
	}
	h.d.Screenshot("swaybar")
	p.awaitMarks()
}
