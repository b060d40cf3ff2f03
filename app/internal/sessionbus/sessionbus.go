// Package sessionbus connects to the D-Bus session bus.
package sessionbus

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// Connect opens a connection to the session bus, which is closed when lasting is done. It
// returns an error if the bus does not answer before ctx is done. It does not start a bus,
// because nothing would end it.
func Connect(ctx, lasting context.Context) (*dbus.Conn, error) {
	lasting, cancel := context.WithCancel(lasting)
	stop := context.AfterFunc(ctx, cancel)
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(lasting), dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	if err = bus.Auth(nil); err == nil {
		err = bus.Hello()
	}
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		bus.Close() // may be closed already
		cancel()
		return nil, err
	}
	context.AfterFunc(bus.Context(), cancel) // releases the context
	return bus, nil
}
