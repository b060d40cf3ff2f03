package tool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Socket is a socket of TCP or UDP that a tool has open.
type Socket struct {
	Local     string // its own address and port, as the kernel writes them
	Connected bool   // by TCP; others listen
}

// Sockets are those that the tool has open. One that is closed meanwhile may be
// missing.
func (p *Running) Sockets() (open []Socket) {
	p.t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.PID()))
	if err != nil {
		p.t.Fatal(err)
	}
	links := map[string]bool{}
	for _, fd := range fds {
		to, _ := os.Readlink(fd) // it may have been closed by now
		links[to] = true
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", p.PID(), table))
		if err != nil {
			p.t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line) // local is 1, state 3, inode 9
			if len(fields) < 10 || !links["socket:["+fields[9]+"]"] {
				continue
			}
			const listening = "0A"
			open = append(open, Socket{fields[1], strings.HasPrefix(table, "tcp") && fields[3] != listening})
		}
	}
	return open
}
