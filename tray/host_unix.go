//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The panel, or something on its behalf, owns this name and is told about
// icons there.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	itemPath    = "/StatusNotifierItem" // where the library puts the icon
)

var (
	errNoWatcher = errors.New("this desktop has no tray for icons; on GNOME, turn on the extension AppIndicator and KStatusNotifierItem Support")
	errNoHost    = errors.New("no panel shows icons at the moment; add a system tray to a panel")
	errBusLost   = errors.New("the session bus has gone, and the desktop session with it")
)

// Check returns nil where a tray icon would be shown now, and otherwise an
// error that says what is missing. It starts nothing.
func Check(ctx context.Context) error {
	bus, err := connect(ctx)
	if err != nil {
		return err
	}
	defer bus.Close()
	return host(ctx, bus)
}

// connect opens a connection of our own to the session bus, which is closed
// when ctx is done. The library shares its connection with all signals on it,
// and stops watching for panels at the first signal that it does not know.
func connect(ctx context.Context) (*dbus.Conn, error) {
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, noBus(err)
	}
	if err := bus.Auth(nil); err != nil {
		bus.Close()
		return nil, noBus(err)
	}
	if err := bus.Hello(); err != nil {
		bus.Close()
		return nil, noBus(err)
	}
	return bus, nil
}

func noBus(err error) error {
	return fmt.Errorf("no session bus to show an icon through; start the program from a desktop session: %w", err)
}

// host returns nil if a panel shows icons now.
func host(ctx context.Context, bus *dbus.Conn) error {
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
		return nil // a watcher without the property, which then is the panel
	}
}

// subscribe returns a channel of signals after each of which host may answer
// differently. It is closed with the connection.
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
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostRegistered")},
		{dbus.WithMatchInterface(watcherName), dbus.WithMatchMember("StatusNotifierHostUnregistered")},
	} {
		if err := bus.AddMatchSignalContext(ctx, match...); err != nil {
			return nil, fmt.Errorf("the session bus does not tell about panels: %w", err)
		}
	}
	return changes, nil
}

// watch reports whether there is a panel, now and whenever that changes, until
// Quit or until the bus is lost, or until Retry while there is none and the session
// has become another than that of address. It sleeps in between. icon is the
// library's connection to the bus.
func (t *Tray) watch(address string, bus, icon *dbus.Conn, changes <-chan *dbus.Signal) error {
	for ok := true; ok; {
		err := host(t.quit, bus)
		t.report(err)
		var overdue <-chan time.Time
		again := t.again
		if err == nil {
			overdue, again = time.After(grace), nil
		}
		select {
		case _, ok = <-changes:
		case <-overdue:
			t.ensureRegistered(bus, icon)
			_, ok = <-changes
		case <-again:
			// What the library has begun on a connection does not all end with it.
			if os.Getenv(busVariable) != address {
				return nil
			}
		}
	}
	return errBusLost
}

// busVariable names the session's bus in the environment.
const busVariable = "DBUS_SESSION_BUS_ADDRESS"

// grace is how long the library has to register the icon with a panel.
const grace = 500 * time.Millisecond

// ensureRegistered registers the icon if the panel does not know it. The
// library misses a panel that comes just when it starts, as at log-in, and all
// that come after any other part of the program has asked for signals on the
// shared connection.
func (t *Tray) ensureRegistered(bus, icon *dbus.Conn) {
	var known []string
	err := bus.Object(watcherName, watcherPath).CallWithContext(t.quit,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "RegisteredStatusNotifierItems").Store(&known)
	if err != nil || slices.ContainsFunc(known, func(item string) bool {
		// Depending on the panel, the name stands alone or before a path.
		name, _, _ := strings.Cut(item, "/")
		return slices.Contains(icon.Names(), strings.TrimSuffix(name, "@"))
	}) {
		return
	}
	err = icon.Object(watcherName, watcherPath).CallWithContext(t.quit,
		watcherName+".RegisterStatusNotifierItem", dbus.FlagNoAutoStart, itemPath).Err
	if err != nil && t.quit.Err() == nil {
		slog.Warn("tray: the panel did not take the icon", "err", err)
	}
}
