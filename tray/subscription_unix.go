//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/godbus/dbus/v5"
)

// A subscription receives the signals after which the result of panel may change, or the
// icon may have been dropped.
type subscription struct {
	bus     *dbus.Conn
	changes chan *dbus.Signal // closed with the connection
	names   []string          // names of panels; changes receives changes of their owners
	all     bool              // changes receives changes of all owners
}

func subscribe(ctx context.Context, bus *dbus.Conn) (*subscription, error) {
	s := &subscription{bus: bus, changes: make(chan *dbus.Signal, 16)}
	bus.Signal(s.changes)
	err := s.addOwner(ctx, watcherName)
	for _, member := range []string{"StatusNotifierHostRegistered", "StatusNotifierHostUnregistered", "StatusNotifierItemUnregistered"} {
		err = errors.Join(err, s.add(ctx, dbus.WithMatchObjectPath(watcherPath), // Plasma also sends them from other paths
			dbus.WithMatchInterface(watcherName), dbus.WithMatchMember(member)))
	}
	// Cinnamon's watcher sends only PropertiesChanged when Cinnamon ends.
	err = errors.Join(err, s.add(ctx, dbus.WithMatchObjectPath(watcherPath),
		dbus.WithMatchInterface("org.freedesktop.DBus.Properties"), dbus.WithMatchMember("PropertiesChanged"), dbus.WithMatchArg(0, watcherName)))
	return s, err
}

// follow updates the subscriptions after panel has returned names and err. If it returns
// true, panel must be called again, because something may have changed before the
// subscription.
func (s *subscription) follow(ctx context.Context, names []string, err error) (added bool) {
	var failed error
	for _, name := range names {
		if !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
			added, failed = true, errors.Join(failed, s.addOwner(ctx, name))
		}
	}
	// Plasma's watcher does not announce a new panel. Its name is unknown, and a
	// subscription cannot match a prefix, so follow subscribes to all names.
	if all := errors.Is(err, errNoHost); all != s.all {
		s.all = all
		if all {
			added, failed = true, s.add(ctx, ownerChanged...)
		} else {
			failed = errors.Join(failed, s.bus.RemoveMatchSignalContext(ctx, ownerChanged...))
		}
	}
	if failed != nil && ctx.Err() == nil {
		slog.Warn("tray: changes of the panel may not be noticed", "err", failed)
	}
	return added
}

var ownerChanged = []dbus.MatchOption{
	dbus.WithMatchSender("org.freedesktop.DBus"),
	dbus.WithMatchInterface("org.freedesktop.DBus"),
	dbus.WithMatchMember("NameOwnerChanged"),
}

// addOwner subscribes to changes of the owner of name.
func (s *subscription) addOwner(ctx context.Context, name string) error {
	return s.add(ctx, append(slices.Clone(ownerChanged), dbus.WithMatchArg(0, name))...)
}

func (s *subscription) add(ctx context.Context, match ...dbus.MatchOption) error {
	if err := s.bus.AddMatchSignalContext(ctx, match...); err != nil {
		return fmt.Errorf("the session bus does not announce panels: %w", err)
	}
	return nil
}
