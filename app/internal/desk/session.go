package desk

import (
	"os"
	"slices"
	"strings"
)

// SessionVariables name the environment variables that tell programs where the bus
// and the screen of their desktop session are. On Windows and macOS there are none:
// programs end with the session.
var SessionVariables = []string{
	"DBUS_SESSION_BUS_ADDRESS",
	"DISPLAY",
	"WAYLAND_DISPLAY",
	"XDG_RUNTIME_DIR", // where WAYLAND_DISPLAY is, unless it is absolute
	"XAUTHORITY",
	"XDG_CURRENT_DESKTOP",
	"XDG_SESSION_TYPE",
	"DESKTOP_SESSION",
	"KDE_SESSION_VERSION",
}

// Session returns the variables of the desktop session that this process is in.
func Session() map[string]string {
	variables := map[string]string{}
	for _, name := range SessionVariables {
		if value := os.Getenv(name); value != "" {
			variables[name] = value
		}
	}
	return variables
}

// inSession returns env with the variables of the session that this process is in.
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

// Wants reports whether the program should move to another desktop session, of
// which a later launch has told: because it has lost its own session, or never had
// one. A launch that does not come from a desktop is not one to follow, such as one
// over SSH, whose DISPLAY names a host; nor is one from another bus than that which
// shows the icon.
func (d *Desk) Wants(session map[string]string) bool {
	return d.tray != nil && !d.c.Fake && isDesktop(session) && !d.isBeside(session)
}

func isDesktop(session map[string]string) bool {
	return strings.HasPrefix(session["DISPLAY"], ":") || session["WAYLAND_DISPLAY"] != ""
}

// isBeside reports whether the icon is shown in another session than this.
func (d *Desk) isBeside(session map[string]string) bool {
	const bus = "DBUS_SESSION_BUS_ADDRESS"
	return d.Shown() && session[bus] != os.Getenv(bus)
}
