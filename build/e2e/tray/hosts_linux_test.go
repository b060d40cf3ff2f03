package tray_test

import (
	"fmt"
	"path/filepath"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// hosts are the columns of the table.
var hosts = []host{
	xfce, plasma, gnome, lxqt, mate, ayatana, cinnamon, budgie, waybar, swaybar, tint2,
}

const xfceNotices = "/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd"

var xfce = host{
	name:     "Xfce",
	programs: map[string]string{"xfce4-panel": "xfce4-panel", xfceNotices: "xfce4-notifyd"},
	notices:  []string{xfceNotices},
	env:      []string{"XDG_CURRENT_DESKTOP=XFCE"},
	start:    func(s *session) { s.d.Setenv(fmt.Sprint("GDK_SCALE=", s.scale)) },
	panel: func(s *session) *desktop.Process {
		if s.dark {
			return s.d.StartPanel(desktop.Dark).Process
		}
		return s.d.StartPanel(desktop.Light).Process
	},
}

const activities = "/usr/lib/x86_64-linux-gnu/libexec/kactivitymanagerd"

// plasma's watcher is a daemon that does not notice when the panel starts or ends.
var plasma = host{
	name:     "Plasma",
	programs: map[string]string{"plasmashell": "plasma-workspace", "kded5": "kded5", "kwin_x11": "kwin-x11", activities: "kactivitymanagerd"},
	env: []string{"XDG_CURRENT_DESKTOP=KDE", "KDE_FULL_SESSION=true", "KDE_SESSION_VERSION=5", "XDG_MENU_PREFIX=plasma-",
		"QT_QUICK_BACKEND=software", "QT_XCB_GL_INTEGRATION=none", "KWIN_COMPOSE=N", "XDG_CONFIG_DIRS=/etc/xdg", "PLASMA_USE_QT_SCALING=1"},
	start: func(s *session) {
		s.d.Setenv(fmt.Sprint("QT_SCREEN_SCALE_FACTORS=", s.scale))
		s.write(".config/kdeglobals", "[KDE]\nLookAndFeelPackage="+s.color("org.kde.breezedark.desktop", "org.kde.breeze.desktop")+"\n")
		s.write(".config/plasmarc", "[Theme]\nname="+s.color("breeze-dark", "breeze-light")+"\n")
		s.spawn("kded5")
		s.spawn("kwin_x11", "--no-kactivities")
		s.spawn(activities) // which this bus would not start
	},
	panel: func(s *session) *desktop.Process { return s.spawn("plasmashell", "--no-respawn") },
}

var gnome = host{
	name: "GNOME",
	programs: map[string]string{"gnome-shell": "gnome-shell", "gjs": "gjs",
		"/usr/share/gnome-shell/extensions/ubuntu-appindicators@ubuntu.com/metadata.json": "gnome-shell-extension-appindicator"},
	notices: []string{"gjs", "/usr/share/gnome-shell/org.gnome.Shell.Notifications"},
	env:     []string{"XDG_CURRENT_DESKTOP=GNOME", "GNOME_SHELL_SESSION_MODE=user", "LIBGL_ALWAYS_SOFTWARE=1"},
	start: func(s *session) {
		s.gsettings(fmt.Sprintf(`
[org/gnome/shell]
enabled-extensions=['ubuntu-appindicators@ubuntu.com']
disable-user-extensions=false
welcome-dialog-last-shown-version='99'
[org/gnome/desktop/interface]
enable-animations=false
scaling-factor=uint32 %d
color-scheme='%s'
`, s.scale, s.color("prefer-dark", "default")))
		s.systemBus()
	},
	panel: func(s *session) *desktop.Process { return s.spawn("gnome-shell", "--x11") },
	// It starts with an overview over everything.
	ready: func(s *session) {
		const shell, active = "org.gnome.Shell", "org.gnome.Shell.OverviewActive"
		object := s.d.Dial().Object(shell, "/org/gnome/Shell")
		overview := func(want bool) func() bool {
			return func() bool {
				value, err := object.GetProperty(active)
				return err == nil && value.Value() == want
			}
		}
		desktop.Await(s.t, "GNOME's overview", overview(true))
		if err := object.SetProperty(active, dbus.MakeVariant(false)); err != nil {
			s.t.Fatal(err)
		}
		desktop.Await(s.t, "the overview to end", overview(false))
	},
}

var lxqt = host{
	name:     "LXQt",
	programs: map[string]string{"lxqt-panel": "lxqt-panel", "xfwm4": "xfwm4", "lxqt-notificationd": "lxqt-notificationd"},
	notices:  []string{"lxqt-notificationd"},
	env:      []string{"XDG_CURRENT_DESKTOP=LXQt", "QT_QPA_PLATFORMTHEME=lxqt"},
	start: func(s *session) {
		s.d.Setenv(fmt.Sprint("QT_SCALE_FACTOR=", s.scale))
		s.write(".config/lxqt/lxqt.conf", "[General]\nicon_theme=breeze\ntheme="+s.color("dark", "light")+"\n")
		s.write(".config/lxqt/panel.conf", `
panels=panel1
[panel1]
plugins=mainmenu, statusnotifier
position=Bottom
desktop=0
[mainmenu]
type=mainmenu
[statusnotifier]
type=statusnotifier
alignment=Right
`)
		s.spawn("xfwm4", "--compositor=off")
	},
	panel: func(s *session) *desktop.Process { return s.spawn("lxqt-panel") },
}

// matePanel is MATE's panel with one of its applets for icons.
func matePanel(applet string) func(s *session) {
	return func(s *session) {
		s.d.Setenv(fmt.Sprint("GDK_SCALE=", s.scale), "GTK_THEME="+s.color("Adwaita:dark", "Adwaita"))
		s.gsettings(fmt.Sprintf(`
[org/mate/panel/general]
object-id-list=['icons']
toplevel-id-list=['top']
[org/mate/panel/toplevels/top]
expand=true
orientation='top'
size=28
[org/mate/panel/objects/icons]
object-type='applet'
applet-iid='%s'
toplevel-id='top'
position=10
`, applet))
		s.spawn("xfwm4", "--compositor=off")
	}
}

const (
	mateTray    = "/usr/lib/mate-panel/notification-area-applet"
	mateNotices = "/usr/lib/mate-notification-daemon/mate-notification-daemon"
)

var mate = host{
	name:     "MATE",
	programs: map[string]string{"xfwm4": "xfwm4", "mate-panel": "mate-panel", mateTray: "mate-panel", mateNotices: "mate-notification-daemon"},
	env:      []string{"XDG_CURRENT_DESKTOP=MATE"},
	notices:  []string{mateNotices},
	start:    matePanel("NotificationAreaAppletFactory::NotificationArea"),
	panel: func(s *session) *desktop.Process {
		s.spawn(mateTray) // which this bus would not start
		return s.spawn("mate-panel")
	},
}

const (
	ayatanaService = "/usr/libexec/ayatana-indicator-application/ayatana-indicator-application-service"
	ayatanaApplet  = "/usr/lib/mate-indicator-applet/mate-indicator-applet"
)

// ayatana's service shows icons only from files.
var ayatana = host{
	name: "MATE, Ayatana",
	programs: map[string]string{ayatanaService: "ayatana-indicator-application", "xfwm4": "xfwm4",
		"mate-panel": "mate-panel", ayatanaApplet: "mate-indicator-applet", mateNotices: "mate-notification-daemon"},
	notices: []string{mateNotices},
	env:     []string{"XDG_CURRENT_DESKTOP=MATE"},
	start: func(s *session) {
		matePanel("IndicatorAppletFactory::IndicatorApplet")(s)
		s.spawn(ayatanaApplet) // which this bus would not start
		s.spawn("mate-panel")
	},
	panel: func(s *session) *desktop.Process { return s.spawn(ayatanaService) },
}

const cinnamonWatcher = "/usr/libexec/xapps/sn-watcher/xapp-sn-watcher"

// cinnamon's watcher stays when Cinnamon ends.
var cinnamon = host{
	name:     "Cinnamon",
	programs: map[string]string{"cinnamon": "cinnamon", cinnamonWatcher: "xapp-sn-watcher"},
	env:      []string{"XDG_CURRENT_DESKTOP=X-Cinnamon", "LIBGL_ALWAYS_SOFTWARE=1", "CINNAMON_SLOWDOWN_FACTOR=0.01"},
	start: func(s *session) {
		s.gsettings(fmt.Sprintf(`
[org/cinnamon]
hotcorner-layout=['expo:false:0','scale:false:0','scale:false:0','desktop:false:0']
[org/cinnamon/muffin]
experimental-features=@as []
[org/cinnamon/desktop/interface]
scaling-factor=uint32 %d
`, s.scale))
		s.systemBus()
		s.spawn(cinnamonWatcher)
	},
	panel: func(s *session) *desktop.Process { return s.spawn("cinnamon") },
}

var budgie = host{
	name: "Budgie",
	programs: map[string]string{"budgie-panel": "budgie-core", "budgie-wm": "budgie-core", "/usr/libexec/upowerd": "upower",
		ayatanaService: "ayatana-indicator-application", "/usr/lib/budgie-desktop/plugins/appindicator-applet": "budgie-indicator-applet"},
	env: []string{"XDG_CURRENT_DESKTOP=Budgie:GNOME", "LIBGL_ALWAYS_SOFTWARE=1"},
	start: func(s *session) {
		s.d.Setenv(fmt.Sprint("GDK_SCALE=", s.scale))
		s.gsettings(fmt.Sprintf(`
[com/solus-project/budgie-panel]
panels=['panel']
dark-theme=%t
[com/solus-project/budgie-panel/panels/{panel}]
applets=['icons']
location='top'
size=28
transparency='none'
[com/solus-project/budgie-panel/applets/{icons}]
name='AppIndicator Applet'
alignment='end'
position=0
`, s.dark))
		s.systemBus()
		s.spawn("/usr/libexec/upowerd")
		s.spawn("budgie-wm", "--x11")
		s.spawn("budgie-daemon") // shows notices
		s.spawn(ayatanaService)
	},
	panel: func(s *session) *desktop.Process { return s.spawn("budgie-panel") },
}

// startSway starts sway in a window that covers the screen, with a bar of its own or
// none.
func startSway(s *session) {
	s.write("sway", fmt.Sprintf(`output * scale %[1]d
output * bg #557799 solid_color
bar {
	position top
	tray_output *
	swaybar_command true
	colors {
		background %[2]s
		focused_background %[2]s
	}
}
`, s.scale, s.color("#222222", "#f0f0f0")))
	s.write(".config/waybar/config", `{"layer": "top", "position": "top", "height": 30, "modules-right": ["tray"], "tray": {"icon-size": 22}}`)
	s.write(".config/waybar/style.css", fmt.Sprintf("window#waybar { background: %s; }\n", s.color("#222222", "#f0f0f0")))
	cmd := s.d.Command("sway", "-c", filepath.Join(s.d.Home(), "sway"))
	asOrdinaryUser(cmd)
	s.d.Spawn(cmd)
	run := filepath.Join(filepath.Dir(s.d.Home()), "run")
	desktop.Await(s.t, "sway", func() bool {
		found := func(pattern string) (name string) {
			if names, _ := filepath.Glob(filepath.Join(run, pattern)); len(names) > 0 {
				name = names[0]
			}
			return name
		}
		socket := found("sway-ipc.*.sock")
		s.d.Setenv("WAYLAND_DISPLAY=wayland-1", "SWAYSOCK="+socket)
		return socket != "" && found("wayland-1") != ""
	})
}

var swayEnv = []string{"XDG_CURRENT_DESKTOP=sway", "WLR_BACKENDS=x11", "WLR_RENDERER=pixman", "WLR_LIBINPUT_NO_DEVICES=1"}

var waybar = host{
	name:     "Sway, waybar",
	programs: map[string]string{"sway": "sway", "waybar": "waybar", "dunst": "dunst"},
	notices:  []string{"dunst"},
	env:      swayEnv,
	start:    startSway,
	panel:    func(s *session) *desktop.Process { return s.spawn("waybar") },
}

// swaybar has no menus.
var swaybar = host{
	name:     "Sway, swaybar",
	programs: map[string]string{"sway": "sway", "swaybar": "sway", "dunst": "dunst"},
	notices:  []string{"dunst"},
	env:      swayEnv,
	start:    startSway,
	panel:    func(s *session) *desktop.Process { return s.spawn("swaybar", "-b", "bar-0") },
}

// tint2 shows icons of the older kind alone.
var tint2 = host{
	name:     "tint2",
	programs: map[string]string{"tint2": "tint2", "openbox": "openbox"},
	start:    func(s *session) { s.spawn("openbox") },
	panel:    func(s *session) *desktop.Process { return s.spawn("tint2") },
}
