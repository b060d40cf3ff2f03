package drain

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// hammered is the program that is shut down, once built.
var hammered string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&hammered: "internal/hammered"}) }

// The program is asked to end in every way there is. It takes no connection more, and
// answers all that came over those that it has taken.
func TestShutdown(t *testing.T) {
	for way, end := range map[string]func(t *testing.T, d *desktop.Desktop, p *tool.Running){
		"SIGTERM": func(_ *testing.T, _ *desktop.Desktop, p *tool.Running) { p.Signal(syscall.SIGTERM) },
		"SIGINT":  func(_ *testing.T, _ *desktop.Desktop, p *tool.Running) { p.Signal(syscall.SIGINT) },
		"its page": func(t *testing.T, _ *desktop.Desktop, p *tool.Running) {
			resp, err := tool.Client.Post(p.URL+"app.shutdown", "application/x-www-form-urlencoded", nil)
			if err != nil {
				t.Error("the button:", err)
				return
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "Goodbye") {
				t.Errorf("the button: %s, %v, %q", resp.Status, err, body)
			}
		},
		"-quit": func(t *testing.T, d *desktop.Desktop, _ *tool.Running) {
			quit := d.Spawn(d.Command(hammered, "-quit"))
			if code := quit.Wait().ExitCode(); code != 0 {
				t.Errorf("-quit ends with %d: %s", code, quit.Stderr())
			}
		},
		"the tray": func(t *testing.T, d *desktop.Desktop, p *tool.Running) {
			d.Item().Choose("Shutdown")
			p.Wait()
			desktop.Await(t, "the icon to go", func() bool { return len(d.Items()) == 0 })
		},
	} {
		t.Run(way, func(t *testing.T) {
			d := desktop.Start(t)
			if way == "the tray" {
				d.StartPanel(desktop.Dark)
			}
			drain(t, d, way, end)
		})
	}
}

// drain shuts a hammered program down, many times.
func drain(t *testing.T, d *desktop.Desktop, way string, end func(t *testing.T, d *desktop.Desktop, p *tool.Running)) {
	var sum outcome
	times, held := proof.Times(3, 200), 0
	for range times {
		ledger := filepath.Join(t.TempDir(), "taken")
		p := tool.Start(t, d, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, "TAKEN="+ledger) },
			hammered, "-no-browser", "-port", "0", "-verbose")
		h := newHammer(p.HostPort(), clients+rand.IntN(2000))
		<-h.enough
		h.aboutToEnd()
		end(t, d, p)
		ended := p.Wait()
		o := h.outcome(readTaken(t, ledger))
		if ended.ExitCode() != 0 || !strings.Contains(p.Stderr(), "msg=end refusals=0\n") {
			t.Errorf("%v; standard error:\n%s", ended, p.Stderr())
		} else if len(o.lost) == 0 {
			held++
		}
		sum.add(o)
	}
	t.Logf("%s: %d requests answered, %d lost; %d were sent over a connection that was closed for its quiet; %d over one that came after the end; %d connections refused",
		way, sum.answered, len(sum.lost), sum.late, sum.turned, sum.refused)
	for _, err := range sum.lost {
		t.Log("lost: ", err)
	}
	proof.Held(t, "shutdowns by "+way+" under 64 hammering clients end well and lose nothing", times, held)
	proof.Held(t, "requests of hammering clients over accepted connections, when it is shut down by "+way+", get whole answers", sum.answered+len(sum.lost), sum.answered)
}

// readTaken reads how many connections the program has taken from each address.
func readTaken(t *testing.T, ledger string) map[string]int {
	f, err := os.Open(ledger)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	taken := make(map[string]int)
	in := bufio.NewScanner(f)
	for in.Scan() {
		taken[in.Text()]++
	}
	if in.Err() != nil {
		t.Fatal(in.Err())
	}
	return taken
}
