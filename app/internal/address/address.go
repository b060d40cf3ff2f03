// Package address chooses the port of the program: the port given with -port, the port of
// last time, or the first port, which depends on the program's ID. The port should stay
// the same, because browsers keep cookies, storage and bookmarks by port.
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

// First returns the first port that the program with the given ID tries if there is no
// port of last time. It must be the same in all versions. Dibbler's calendar uses the
// port of the example in the original Dibbler.
//
// The range is outside the ranges that systems assign by themselves: from 32768 on Linux,
// from 49152 on macOS and Windows, and up to 15000 on Windows with Hyper-V, which also
// reserves blocks there. Browsers open all ports of the range.
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

// servers lists ports of programs that people often run.
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

// Listen listens on the port asked or, if asked is negative, on the port of last time,
// the port first, or any free port.
func Listen(asked, first int, store *settings.Store) ([]net.Listener, error) {
	if asked >= 0 {
		at, err := loopback.Listen(asked)
		if err != nil {
			return nil, fmt.Errorf("port %d, given with -port, cannot be used; choose another port or leave out -port: %w", asked, err)
		}
		return at, nil
	}
	last := cmp.Or(store.Values().Port, first)
	at, taken, err := loopback.ListenNear(last)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on any port of 127.0.0.1: %w", err)
	}
	if taken != nil {
		slog.Warn("the wanted port cannot be used; using another", "wanted", last, "port", loopback.Port(at), "because", taken)
	}
	return at, nil
}

// Remember saves port as the port for next time, unless the owner has changed it from
// last in the meantime. It writes to the disk, which may take longer than the rest of the
// start.
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
