package faults

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// slowClients are arguments of slowhttptest, which keeps a server busy with clients that
// take their time. The program holds 1,000 connections at a time. There are fewer slow
// bodies than that: who has sent a request is answered, so that no such connection is
// closed to make room for another.
var slowClients = []struct {
	name  string
	page  string
	args  []string
	conns int
	ended bool // by the program, before slowhttptest would have
}{
	{name: "slow headers", args: []string{"-H", "-i", "1", "-l", "30"}, conns: 1500, ended: true},
	{name: "slow bodies", page: "upload", args: []string{"-B", "-i", "1", "-s", "8192", "-l", "60"}, conns: 900},
	{name: "stalled bodies", page: "upload", args: []string{"-B", "-i", "50", "-s", "8192", "-l", "50"}, conns: 900, ended: true},
	{name: "slow readers", args: []string{"-X", "-n", "1", "-z", "32", "-k", "3", "-w", "512", "-y", "1024", "-l", "60"}, conns: 1500},
}

// The owner is answered while another program's slow clients hold connections. Once a
// second slowhttptest asks as an ordinary client does, and takes the server for
// unavailable when that is not answered within five seconds.
func TestConnections_slowhttptest(t *testing.T) {
	proof.Only(t)
	desktop.Need(t, "slowhttptest", "slowhttptest")
	for _, slow := range slowClients {
		t.Run(slow.name, func(t *testing.T) {
			t.Parallel()
			d := desktop.Start(t)
			p := tool.Start(t, d, nil, badTool, quiet...)
			report := filepath.Join(d.Home(), "report")
			judge := d.Spawn(d.Command("slowhttptest", append(slow.args, "-u", p.URL+slow.page, "-c", strconv.Itoa(slow.conns), "-r", "1000", "-g", "-o", report)...))
			tried, held := 0, 0
			for judge.Running() {
				tried++
				if answered(p.URL) {
					held++
				}
				time.Sleep(10 * time.Millisecond) // the judge needs the processors, too
			}
			proof.Held(t, fmt.Sprintf("pages for the owner under slowhttptest, %d %s", slow.conns, slow.name), tried, held)
			seconds, available := readReport(t, report+".csv")
			proof.Held(t, fmt.Sprintf("seconds in which it finds the program available under slowhttptest, %d %s", slow.conns, slow.name), seconds, available)
			if ended := strings.Contains(judge.Stdout(), "No open connections left"); !judge.Wait().Success() || ended != slow.ended {
				t.Errorf("ended by the program: %v, want %v\n%s", ended, slow.ended, judge.Stdout())
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

// readReport reads the table that slowhttptest makes: a row a second.
func readReport(t *testing.T, path string) (seconds, available int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 || rows[0][4] != "Service Available" {
		t.Fatalf("%v in the report %q", err, rows)
	}
	for _, row := range rows[1:] {
		if row[4] != "0" {
			available++
		}
	}
	return len(rows) - 1, available
}
