package desk

import (
	"os"
	"slices"
	"strings"
)

// SessionVariables lists the environment variables for the bus and the screen of a
// desktop session. On Windows and macOS they are not used, because programs end with the
// session.
var SessionVariables = []string{
	"DBUS_SESSION_BUS_ADDRESS",
	"DISPLAY",
	"WAYLAND_DISPLAY",
	"XDG_RUNTIME_DIR", // the folder of WAYLAND_DISPLAY, unless that is an absolute path
	"XAUTHORITY",
	"XDG_CURRENT_DESKTOP",
	"XDG_SESSION_TYPE",
	"DESKTOP_SESSION",
	"KDE_SESSION_VERSION",
}

// Session returns the variables of this process's desktop session.
func Session() map[string]string {
	variables := map[string]string{}
	for _, name := range SessionVariables {
		if value := os.Getenv(name); value != "" {
			variables[name] = value
		}
	}
	return variables
}

// inSession returns env with the variables of this process's desktop session.
func inSession(env []string) []string {
	others := slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(SessionVariables, name)
	})
	for name, value := range Session() {
		others = append(others, name+"="+value)
	}
	return others
}

// Wants reports whether the program should move to the desktop session of a later launch,
// because it has lost its own session or never had one. It should not if the launch does
// not come from a desktop, for example over SSH, where DISPLAY has a host name. It should
// not if the icon is shown on another bus.
func (d *Desk) Wants(session map[string]string) bool {
	return d.tray != nil && !d.c.Fake && isDesktop(session) && !d.isBeside(session)
}

func isDesktop(session map[string]string) bool {
	return strings.HasPrefix(session["DISPLAY"], ":") || session["WAYLAND_DISPLAY"] != ""
}

// isBeside reports whether the icon is shown in a session other than this one.
func (d *Desk) isBeside(session map[string]string) bool {
	const bus = "DBUS_SESSION_BUS_ADDRESS"
	return d.Shown() && session[bus] != os.Getenv(bus)
}
