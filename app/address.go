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
// another one.
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
	if taken != nil {
		slog.Warn("another port is used", "wanted", last, "port", loopback.Port(at), "because", taken)
	}
	return at, nil
}

// rememberPort makes the port the first that is tried next time, in place of last,
// unless the owner has chosen another one since: browsers keep bookmarks and storage
// by port. It writes to the disk, which may take longer than all else at the start.
func rememberPort(port, last int, store *settings.Store) error {
	if port == last || store.Values().Port != last {
		return nil
	}
	return store.Update(func(v *settings.Values) {
		if v.Port == last {
			v.Port = port
		}
	})
}
