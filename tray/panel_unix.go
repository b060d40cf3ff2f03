//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// The panel, or another program on its behalf, owns this name on the session
// bus. Programs register their icons with it.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

var (
	errNoWatcher = errors.New("this desktop has no tray for icons; on GNOME, turn on the extension AppIndicator and KStatusNotifierItem Support")
	errNoHost    = errors.New("no panel shows icons at the moment; add a system tray to a panel")
)

// Check returns nil where a tray icon would be shown now, and otherwise an
// error that says what is missing. It starts nothing.
func Check(ctx context.Context) error {
	bus, err := connect(ctx)
	if err != nil {
		return err
	}
	defer bus.Close()
	return panel(ctx, bus)
}

// panel returns nil if a panel shows icons now.
func panel(ctx context.Context, bus *dbus.Conn) error {
	var registered bool
	err := bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "IsStatusNotifierHostRegistered").Store(&registered)
	var reply dbus.Error
	switch {
	case err == nil && registered:
		return nil
	case err == nil:
		return errNoHost
	case !errors.As(err, &reply):
		return fmt.Errorf("%w: %w", errBusLost, err)
	case reply.Name == "org.freedesktop.DBus.Error.ServiceUnknown",
		reply.Name == "org.freedesktop.DBus.Error.NameHasNoOwner":
		return errNoWatcher
	default:
		return nil // a watcher without the property is itself the panel
	}
}

// subscribe returns a channel of the signals after which panel may return
// something else or the icon may be dropped. The channel is closed with the connection.
func subscribe(ctx context.Context, bus *dbus.Conn) (<-chan *dbus.Signal, error) {
	changes := make(chan *dbus.Signal, 16)
	bus.Signal(changes)
	for _, match := range [][]dbus.MatchOption{
		{
			dbus.WithMatchSender("org.freedesktop.DBus"),
			dbus.WithMatchInterface("org.freedesktop.DBus"),
			dbus.WithMatchMember("NameOwnerChanged"),
			dbus.WithMatchArg(0, watcherName),
		},
		// Plasma sends each signal from other paths as well.
		{dbus.WithMatchObjectPath(watcherPath), dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostRegistered")},
		{dbus.WithMatchObjectPath(watcherPath), dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostUnregistered")},
		{dbus.WithMatchObjectPath(watcherPath), dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierItemUnregistered")},
	} {
		if err := bus.AddMatchSignalContext(ctx, match...); err != nil {
			return nil, fmt.Errorf("the session bus does not announce panels: %w", err)
		}
	}
	return changes, nil
}
