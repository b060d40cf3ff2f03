package tool

import (
	"fmt"
	"net/netip"
	"os/exec"
	"strings"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// A Socket is a TCP or UDP socket.
type Socket struct {
	Local     netip.AddrPort
	Connected bool
}

// Sockets returns the open sockets of the tool.
func (p *Running) Sockets() (open []Socket) {
	p.t.Helper()
	desktop.Need(p.t, "ss", "iproute2")
	all, err := exec.Command("ss", "--no-header", "--numeric", "--all", "--tcp", "--udp", "--processes").Output()
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(all)) {
		if !strings.Contains(line, fmt.Sprintf("pid=%d,", p.PID())) {
			continue
		}
		fields := strings.Fields(line) // protocol, state, two queues, local, peer
		local, err := netip.ParseAddrPort(fields[4])
		if err != nil {
			p.t.Fatalf("%v in %q", err, line)
		}
		open = append(open, Socket{local, fields[1] != "LISTEN" && fields[1] != "UNCONN"})
	}
	return open
}
