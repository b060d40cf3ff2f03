//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
)

// busVariable is the environment variable with the address of the session bus.
const busVariable = "DBUS_SESSION_BUS_ADDRESS"

var errBusLost = errors.New("the session bus has gone, and the desktop session with it")

// connect opens a separate connection to the session bus, which is closed when ctx is
// canceled. It never starts a bus. The library's connection cannot be used, because the
// library would get its signals too, and stops looking for panels at the first signal that
// it does not know.
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
