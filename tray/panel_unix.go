//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// The watcher owns this name on the session bus. Programs register their icons with it. The
// watcher is the panel, or another program that works for the panel.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	// Panels that are not the watcher own names with this prefix.
	hostPrefix = "org.kde.StatusNotifierHost-"
)

var errNoHost = errors.New("no panel shows icons at the moment; add a system tray to a panel")

// noWatcher returns the error for a session without a watcher. desktops is the value of
// XDG_CURRENT_DESKTOP: the names of the desktop, the most specific first.
func noWatcher(desktops string) error {
	advice := "start a panel with a tray for StatusNotifierItem icons"
	// Budgie sets Budgie:GNOME.
	switch names := strings.Split(strings.ToLower(desktops), ":"); {
	case slices.Contains(names, "budgie"):
		advice = "add the AppIndicator applet to a panel in Budgie's settings"
	case slices.Contains(names, "gnome"):
		advice = "turn on GNOME's extension AppIndicator and KStatusNotifierItem Support"
	case slices.Contains(names, "kde"):
		advice = "wait until Plasma has started, or start its panel"
	}
	return errors.New("this desktop shows no tray icons at the moment; " + advice)
}

// Check returns nil if the desktop can show a tray icon now, or else an error that says what
// is missing. It starts no programs.
func Check(ctx context.Context) error {
	bus, err := connect(ctx)
	if err != nil {
		return err
	}
	defer bus.Close()
	_, err = panel(ctx, bus)
	return err
}

// panel returns the names that panels own on the bus; some panels own none. It returns an
// error if no panel shows icons now.
func panel(ctx context.Context, bus *dbus.Conn) (names []string, err error) {
	var registered bool
	err = bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "IsStatusNotifierHostRegistered").Store(&registered)
	var reply dbus.Error
	switch {
	case err == nil && registered:
		return hosts(ctx, bus)
	case err == nil:
		return nil, errNoHost
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the panel does not answer: %w", ctx.Err())
	case !errors.As(err, &reply):
		return nil, fmt.Errorf("%w: %w", errBusLost, err)
	case reply.Name == "org.freedesktop.DBus.Error.ServiceUnknown",
		reply.Name == "org.freedesktop.DBus.Error.NameHasNoOwner",
		reply.Name == "org.freedesktop.DBus.Error.NoReply": // the watcher has just ended
		return nil, noWatcher(os.Getenv("XDG_CURRENT_DESKTOP"))
	default:
		return nil, nil // a watcher without this property is the panel
	}
}

// hosts returns the names that panels own on the bus. If there are none and the watcher is
// Plasma's, it returns errNoHost: that watcher is a daemon, and it still reports a panel
// after the panel has crashed. Other watchers are the panel, which then may own no name, or
// notice when the panel ends.
func hosts(ctx context.Context, bus *dbus.Conn) (names []string, err error) {
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
		return nil, fmt.Errorf("%w: %w", errBusLost, err)
	}
	daemons := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return name != "org.kde.kded5" && name != "org.kde.kded6"
	})
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, hostPrefix) })
	if len(names) > 0 || len(daemons) == 0 {
		return names, nil
	}
	watcher := owner(ctx, bus, watcherName)
	if slices.ContainsFunc(daemons, func(name string) bool { return owner(ctx, bus, name) == watcher }) {
		return nil, errNoHost
	}
	return nil, nil
}

// owner returns the unique name of the connection that owns name, or "".
func owner(ctx context.Context, bus *dbus.Conn, name string) (unique string) {
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, name).Store(&unique); err != nil {
		return ""
	}
	return unique
}

// takesMarkup reports whether the program that collects icons takes the title of a
// tooltip for markup. Some show an empty one in place of a title that is none. The
// protocol has plain text there.
func takesMarkup(ctx context.Context, bus *dbus.Conn) bool {
	var pid uint32
	if err := bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixProcessID", 0, watcherName).Store(&pid); err != nil {
		return false
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // Linux has it, with 15 bytes
	if err != nil {
		return false
	}
	markup := []string{
		"waybar",
		"mate-panel",
		"notification-ar", // MATE's notification-area-applet
		"xapp-sn-watcher", // Cinnamon's
	}
	return slices.Contains(markup, strings.TrimSpace(string(name)))
}
