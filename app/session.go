package app

import (
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/instance"
)

// sessionNames are the variables that tell programs where the bus and the screen of
// their desktop session are. Where systems have none, programs end with the session.
var sessionNames = []string{
	"DBUS_SESSION_BUS_ADDRESS",
	"DISPLAY",
	"WAYLAND_DISPLAY",
	"XDG_RUNTIME_DIR", // where WAYLAND_DISPLAY is, unless it says so itself
	"XAUTHORITY",
	"XDG_CURRENT_DESKTOP",
	"XDG_SESSION_TYPE",
	"DESKTOP_SESSION",
	"KDE_SESSION_VERSION",
}

// session returns the variables of the desktop session that this process is in.
func session() (variables []string) {
	for _, name := range sessionNames {
		if value := os.Getenv(name); value != "" {
			variables = append(variables, name+"="+value)
		}
	}
	return variables
}

// inSession returns env with the variables of the session that this process is in by
// now.
func inSession(env []string) []string {
	others := slices.DeleteFunc(slices.Clone(env), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(sessionNames, name)
	})
	return append(others, session()...)
}

// hail is the command of a launch: in further lines it tells of its session.
func hail() string {
	text := strings.Join(append([]string{commandHail}, session()...), "\n")
	if len(text) > instance.MaxText {
		return commandHail
	}
	return text
}

// enter makes the desktop session of a launch the program's own, if that has lost
// its own or never had one: the tray looks for the icon's place there, and what is
// chosen from it opens there. A launch from elsewhere than a desktop changes nothing,
// such as one over SSH, whose DISPLAY names a host, nor does one from a desktop with
// another bus than that which shows the icon.
func (p *program) enter(variables []string) {
	values := map[string]string{}
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		values[name] = value
	}
	beside := p.trayShown() && values[sessionNames[0]] != os.Getenv(sessionNames[0])
	if p.tray == nil || !strings.HasPrefix(values["DISPLAY"], ":") && values["WAYLAND_DISPLAY"] == "" || beside {
		return
	}
	for _, name := range sessionNames {
		var err error
		if value := values[name]; value != "" {
			err = os.Setenv(name, value)
		} else {
			err = os.Unsetenv(name)
		}
		if err != nil {
			slog.Warn("session", "err", err)
		}
	}
	p.tray.Retry()
}
