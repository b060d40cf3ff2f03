package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
)

const defaultPort = 8888 // of the original's example

// listen listens on the port that was asked for or, if none was, on last time's or
// another one, which is remembered: browsers keep bookmarks and storage by port.
func listen(asked int, store *settings.Store) ([]net.Listener, error) {
	if asked >= 0 {
		at, err := loopback.Listen(asked)
		if err != nil {
			return nil, fmt.Errorf("port %d, which was asked for with -port, cannot be had; ask for another, or for none: %w", asked, err)
		}
		return at, nil
	}
	last := cmp.Or(store.Values().Port, defaultPort)
	at, taken, err := loopback.ListenNear(last)
	if err != nil {
		return nil, fmt.Errorf("no port of 127.0.0.1 can be had: %w", err)
	}
	port := loopback.Port(at)
	if taken != nil {
		slog.Warn("another port is used", "wanted", last, "port", port, "because", taken)
	}
	if port != store.Values().Port {
		if err := store.Update(func(v *settings.Values) { v.Port = port }); err != nil {
			slog.Warn("the port will not be remembered", "port", port, "err", err)
		}
	}
	return at, nil
}
