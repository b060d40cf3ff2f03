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

// First returns the port that the program with the given id tries first, before there is
// a last time's. It must stay the same in all versions. The sample keeps that of the
// original's example.
//
// The range is outside those that systems hand out by themselves: Linux from 32768,
// macOS and Windows from 49152, and Windows with Hyper-V up to 15000, where it also
// excludes blocks for itself. Browsers open all of its ports.
func First(id string) int {
	const first, number = 20000, 10000
	if id == "dibbler" {
		return 8888
	}
	hash := fnv.New32a()
	hash.Write([]byte(id))
	port := first + int(hash.Sum32()%number)
	for servers[port] {
		port++
	}
	return port
}

// servers are ports of programs that people have on their machines.
var servers = map[int]bool{
	22000: true,                           // Syncthing
	24678: true,                           // Vite
	24800: true,                           // Synergy, Barrier
	25565: true,                           // Minecraft
	26257: true,                           // CockroachDB
	26379: true,                           // Redis Sentinel
	27015: true,                           // game servers of Steam
	27017: true, 27018: true, 27019: true, // MongoDB
	27036: true, 27060: true, // Steam
	28015: true, 29015: true, // RethinkDB
	29418: true, // Gerrit
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
