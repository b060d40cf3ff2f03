package judges

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Slowhttptest is a judge that keeps a server busy with clients that take their
// time. Once a second it asks as an ordinary client does, and takes the server for
// unavailable when that is not answered within five seconds.
//
// There are more connections than the program holds at a time,
// which is 1,000. Not so for slow bodies. A page that is being made is not broken
// off to make room for another: who has sent a request is answered. So a thousand
// bodies that trickle in hold all there is, until they have come or stall for 30
// seconds. Only programs of the owner's own user could do that, and these could as
// well end the program.
var slowClients = []struct {
	name  string
	args  []string
	conns int
	ended bool // by the program, before the judge would have
}{
	{name: "slow headers", args: []string{"-H", "-i", "1", "-l", "30"}, conns: 1500, ended: true},
	{name: "slow bodies", args: []string{"-B", "-i", "1", "-s", "8192", "-l", length}, conns: 900},
	{name: "stalled bodies", args: []string{"-B", "-i", "50", "-s", "8192", "-l", "50"}, conns: 900, ended: true},
	{name: "slow readers", args: []string{"-X", "-n", "1", "-z", "32", "-k", "3", "-w", "512", "-y", "1024", "-l", length}, conns: 1500},
}

// length is for how long a judge asks, in seconds.
const length = "60"

func TestSlowClients(t *testing.T) {
	proof.Only(t)
	desktop.Need(t, "slowhttptest", "slowhttptest")
	for _, slow := range slowClients {
		t.Run(slow.name, func(t *testing.T) {
			t.Parallel()
			d, p := start(t)
			// A page that is soon made: it is not the load that is judged here.
			page := p.URL + "calendar.txt?year=2003"
			leave := use(t, page)
			report := filepath.Join(d.Home(), "report")
			said := ask(t, d, "slowhttptest", append(slow.args, "-u", page, "-c", strconv.Itoa(slow.conns), "-r", "1000", "-g", "-o", report)...)
			tried, held := leave()
			desktop.Await(t, "the end of all connections", func() bool { return connections(p) == 0 })

			under := fmt.Sprintf(" under slowhttptest, %d %s", slow.conns, slow.name)
			proof.Held(t, "pages for the owner"+under, tried, held)
			seconds, connected, available := readReport(t, report+".csv")
			proof.Held(t, "seconds in which it finds the program available"+under, seconds, available)
			if t.Failed() {
				text, _ := os.ReadFile(report + ".csv")
				t.Logf("%s", text)
			}
			if connected < min(slow.conns, 1000) {
				t.Errorf("only %d connections at a time", connected)
			}
			if ended := strings.Contains(said, "No open connections left"); ended != slow.ended {
				t.Errorf("ended by the program: %v, want %v\n%s", ended, slow.ended, said)
			}
		})
	}
}

// connections is how many the program has open.
func connections(p *tool.Running) (n int) {
	for _, socket := range p.Sockets() {
		if socket.Connected {
			n++
		}
	}
	return n
}

// readReport reads the table that slowhttptest makes: a row a second.
func readReport(t *testing.T, path string) (seconds, connected, available int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := "Seconds,Closed,Pending,Connected,Service Available"; len(rows) == 0 || strings.Join(rows[0], ",") != want {
		t.Fatalf("the report begins with %q, want %q", rows, want)
	}
	for _, row := range rows[1:] {
		now, err := strconv.Atoi(row[3])
		if err != nil {
			t.Fatal(err)
		}
		connected = max(connected, now)
		if row[4] != "0" {
			available++
		}
	}
	return len(rows) - 1, connected, available
}
