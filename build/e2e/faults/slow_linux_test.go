package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// slowClients are arguments of slowhttptest. The program holds 1,000 connections at a
// time. There are fewer slow bodies than that, because a connection with a whole request
// is not closed to make room for another.
var slowClients = []struct {
	name  string
	page  string
	args  string
	conns int
	cut   bool // by the program, before slowhttptest would end
}{
	{"slow headers", "", "-H -i 1 -l 30", 1500, true},
	{"slow bodies", "upload", "-B -i 1 -s 8192 -l 60", 900, false},
	{"stalled bodies", "upload", "-B -i 50 -s 8192 -l 50", 900, true},
	{"slow readers", "", "-X -n 1 -z 32 -k 3 -w 512 -y 1024 -l 60", 1500, false},
}

// Pages are served beside the slow clients of slowhttptest, for which the server is
// available as long as it answers another client within five seconds.
func TestConnections_slowhttptest(t *testing.T) {
	proof.Only(t)
	desktop.Need(t, "slowhttptest", "slowhttptest")
	for _, slow := range slowClients {
		t.Run(slow.name, func(t *testing.T) {
			t.Parallel()
			d := desktop.Start(t)
			p := tool.Start(t, d, nil, badTool, pagesOnly...)
			args := fmt.Sprintf("%s -u %s%s -c %d -r 1000", slow.args, p.URL, slow.page, slow.conns)
			clients := d.Spawn(d.Command("slowhttptest", strings.Fields(args)...))
			tried, held := 0, 0
			for clients.Running() {
				tried++
				if answered(p.URL) {
					held++
				}
				time.Sleep(10 * time.Millisecond) // leaves time for slowhttptest
			}
			proof.Held(t, fmt.Sprintf("pages are served beside %d %s of slowhttptest", slow.conns, slow.name), tried, held)
			said := clients.Stdout()
			yes, no := strings.Count(said, "YES"), strings.Count(said, "NO")
			proof.Held(t, fmt.Sprintf("slowhttptest finds the program available beside its %d %s", slow.conns, slow.name), yes+no, yes)
			if cut := strings.Contains(said, "No open connections left"); !clients.Wait().Success() || cut != slow.cut {
				t.Errorf("cut by the program: %v; want %v\n%s", cut, slow.cut, said)
			}
			desktop.Await(t, "the end of all connections", func() bool {
				for _, socket := range p.Sockets() {
					if socket.Connected {
						return false
					}
				}
				return true
			})
		})
	}
}
