package drain

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net/http"
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

func TestShutdown_signal(t *testing.T) {
	signals := []os.Signal{syscall.SIGTERM, syscall.SIGINT}
	drain(t, desktop.Start(t), "a signal", func(i int, p *tool.Running) bool {
		p.Signal(signals[i%2])
		return true
	})
}

// The request is the one that the owner's browser sends when the button is pressed.
func TestShutdown_page(t *testing.T) {
	drain(t, desktop.Start(t), "its page", func(_ int, p *tool.Running) bool {
		req, err := http.NewRequest(http.MethodPost, p.URL+"app.shutdown", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{
			"Origin":         {strings.TrimSuffix(p.URL, "/")},
			"Referer":        {p.URL + "app.shutdown"},
			"Content-Type":   {"application/x-www-form-urlencoded"},
			"Sec-Fetch-Dest": {"document"},
			"Sec-Fetch-Mode": {"navigate"},
			"Sec-Fetch-Site": {"same-origin"},
			"Sec-Fetch-User": {"?1"},
		}
		resp, err := tool.Client.Do(req)
		if err != nil {
			t.Error("the button:", err)
			return false
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(body), "Goodbye") {
			t.Errorf("the button: %s, %v, %q", resp.Status, err, body)
			return false
		}
		return true
	})
}

func TestShutdown_quitFlag(t *testing.T) {
	d := desktop.Start(t)
	drain(t, d, "-quit", func(_ int, _ *tool.Running) bool {
		quit := d.Spawn(d.Command(hammered, "-quit"))
		if code := quit.Wait().ExitCode(); code != 0 {
			t.Errorf("-quit ends with %d: %s", code, quit.Stderr())
			return false
		}
		return true
	})
}

func TestShutdown_tray(t *testing.T) {
	d := desktop.Start(t)
	d.StartPanel(desktop.Dark)
	drain(t, d, "the tray", func(_ int, p *tool.Running) bool {
		d.Item().Choose("Shutdown")
		p.Wait()
		desktop.Await(t, "the icon to go", func() bool { return len(d.Items()) == 0 })
		return true
	})
}

// drain shuts a hammered program down, many times. end asks for it, the i-th time.
func drain(t *testing.T, d *desktop.Desktop, way string, end func(i int, p *tool.Running) bool) {
	var sum outcome
	times, held := proof.Times(5, 200), 0
	for i := range times {
		o, ok := once(t, d, func(p *tool.Running) bool { return end(i, p) })
		if ok && len(o.lost) == 0 {
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

// once shuts a hammered program down, and reports what became of the requests,
// and whether the program has ended well.
func once(t *testing.T, d *desktop.Desktop, end func(p *tool.Running) bool) (o outcome, ok bool) {
	ledger := filepath.Join(t.TempDir(), "taken")
	p := tool.Start(t, d, func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, "TAKEN="+ledger) },
		hammered, "-no-browser", "-port", "0", "-verbose")
	h := newHammer(p.HostPort(), clients+rand.IntN(2000))
	<-h.enough
	h.aboutToEnd()
	ok = end(p)
	if got := p.Wait(); got.ExitCode() != 0 || !strings.Contains(p.Stderr(), "msg=end refusals=0\n") {
		t.Errorf("%v; standard error:\n%s", got, p.Stderr())
		ok = false
	}
	return h.outcome(readTaken(t, ledger)), ok
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
