package drain

import (
	"io"
	"math/rand/v2"
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

// However the program is shut down, no request is lost.
func TestShutdown(t *testing.T) {
	for way, shutdown := range map[string]func(t *testing.T, d *desktop.Desktop, p *tool.Running){
		"SIGTERM": func(_ *testing.T, _ *desktop.Desktop, p *tool.Running) { p.Signal(syscall.SIGTERM) },
		"SIGINT":  func(_ *testing.T, _ *desktop.Desktop, p *tool.Running) { p.Signal(syscall.SIGINT) },
		"the page": func(t *testing.T, _ *desktop.Desktop, p *tool.Running) {
			resp, err := tool.Client.Post(p.URL+"app.shutdown", "application/x-www-form-urlencoded", nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "Goodbye") {
				t.Errorf("the page answers %s, %q, %v; want a goodbye", resp.Status, body, err)
			}
		},
		"-quit": func(t *testing.T, d *desktop.Desktop, _ *tool.Running) {
			quit := d.Spawn(d.Command(hammered, "-quit"))
			if code := quit.Wait().ExitCode(); code != 0 {
				t.Errorf("-quit has exit status %d: %s", code, quit.Stderr())
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
			var sum outcome
			times, held := proof.Times(3, 200), 0
			for range times {
				p := tool.Start(t, d, nil, hammered, "-no-browser", "-port", "0", "-verbose")
				h := newHammer(p.HostPort(), clients+rand.IntN(2000))
				<-h.enough
				h.beforeShutdown()
				shutdown(t, d, p)
				state := p.Wait()
				lost := len(sum.lost)
				h.addTo(&sum, p.Stdout())
				if state.ExitCode() != 0 || !strings.Contains(p.Stderr(), "msg=end refusals=0\n") {
					t.Errorf("the program ends with %v and the log %s; want exit status 0 and no refusals", state, p.Stderr())
				} else if len(sum.lost) == lost {
					held++
				}
			}
			t.Logf("%d requests answered, %d over connections made after the shutdown and not accepted, %d over idle connections", sum.answered, sum.notAccepted, sum.idle)
			for _, err := range sum.lost {
				t.Error("lost: ", err)
			}
			proof.Held(t, "shutdowns by "+way+" with 64 busy clients end well and lose no request", times, held)
			proof.Held(t, "requests of busy clients over accepted connections get whole answers while the program shuts down", sum.answered+len(sum.lost), sum.answered)
		})
	}
}
