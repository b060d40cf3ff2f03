package tool

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Socket is a TCP or UDP socket.
type Socket struct {
	Local     netip.AddrPort
	Connected bool // by TCP
}

// Sockets returns the open sockets of the tool.
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
			open = append(open, Socket{parseAddress(fields[1]), strings.HasPrefix(table, "tcp") && fields[3] != listening})
		}
	}
	return open
}

// parseAddress parses an address as Linux writes it, in words of four bytes, the last byte
// first: "0100007F:22B8" is 127.0.0.1:8888. It returns the zero value for another text.
func parseAddress(text string) netip.AddrPort {
	host, port, _ := strings.Cut(text, ":")
	n, _ := strconv.ParseUint(port, 16, 16)
	b, _ := hex.DecodeString(host)
	for word := range slices.Chunk(b, 4) {
		slices.Reverse(word)
	}
	addr, _ := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(addr, uint16(n))
}
