// Package address chooses the port that the program serves at: the one that was asked
// for, last time's, or the first one of its own. Browsers keep cookies, storage and
// bookmarks by port.
package address

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
)

// The ports that programs have at first are in a range that systems do not hand out by
// themselves: Linux begins at 32768, Windows, macOS and BSD at 49152. Kubernetes begins
// at 30000.
const (
	lowest = 20000
	number = 10000
)

// First returns the port that the program with the given id tries at its first start.
// Two programs seldom have the same one. The sample keeps that of the original's example.
func First(id string) int {
	if id == "dibbler" {
		return 8888
	}
	hash := fnv.New32a()
	hash.Write([]byte(id))
	return lowest + int(hash.Sum32()%number)
}

// Listen listens on the port that was asked for or, if asked is negative, on last time's,
// the first one, or any other.
func Listen(asked, first int, store *settings.Store) ([]net.Listener, error) {
	if asked >= 0 {
		at, err := loopback.Listen(asked)
		if err != nil {
			return nil, fmt.Errorf("port %d, which was asked for with -port, cannot be had; ask for another, or for none: %w", asked, err)
		}
		return at, nil
	}
	last := cmp.Or(store.Values().Port, first)
	at, taken, err := loopback.ListenNear(last)
	if err != nil {
		return nil, fmt.Errorf("no port of 127.0.0.1 can be had: %w", err)
	}
	if taken != nil {
		slog.Warn("another port is used", "wanted", last, "port", loopback.Port(at), "because", taken)
	}
	return at, nil
}

// Remember makes the port the first that is tried next time, in place of last,
// unless the owner has chosen another one since: browsers keep bookmarks and storage
// by port. It writes to the disk, which may take longer than all else at the start.
func Remember(port, last int, store *settings.Store) error {
	if port == last || store.Values().Port != last {
		return nil
	}
	return store.Update(func(v *settings.Values) {
		if v.Port == last {
			v.Port = port
		}
	})
}
