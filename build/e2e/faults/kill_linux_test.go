package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// upload is a form with a file that is too large to be kept in memory.
var upload = "--b\r\nContent-Disposition: form-data; name=\"File\"; filename=\"f\"\r\n\r\n" + strings.Repeat("a", 12<<20) + "\r\n--b--\r\n"

// moments are what a program does while it is killed, with about the time that it takes.
var moments = []struct {
	name string
	take time.Duration
	do   func(p *desktop.Process, home string, port int) // again and again
}{
	{"starting", 40 * time.Millisecond, nil},
	{"writing settings", 20 * time.Millisecond, func(_ *desktop.Process, home string, port int) {
		for _, open := range []string{"true", "false"} { // unchanged settings are not written
			resp, err := tool.Client.PostForm(home+"app.settings", url.Values{"port": {fmt.Sprint(port)}, "openBrowser": {open}})
			discard(resp, err)
		}
	}},
	{"serving", 20 * time.Millisecond, func(_ *desktop.Process, home string, _ int) { discard(tool.Client.Get(home)) }},
	{"storing an upload", 60 * time.Millisecond, func(_ *desktop.Process, home string, _ int) {
		discard(tool.Client.Post(home+"form", "multipart/form-data; boundary=b", strings.NewReader(upload)))
	}},
	{"shutting down", 10 * time.Millisecond, func(p *desktop.Process, _ string, _ int) { p.Signal(syscall.SIGTERM) }},
}

// discard closes an answer. There is none if the program was killed.
func discard(resp *http.Response, err error) {
	if err == nil {
		resp.Body.Close()
	}
}

// A program that was killed at any moment starts again: its settings are whole, it has the
// same port, and it is the only instance.
func TestKill(t *testing.T) {
	d := desktop.Start(t)
	settings := filepath.Join(d.Home(), ".config/bad-tool/settings.json")
	port := freePort(t)
	if err := os.MkdirAll(filepath.Dir(settings), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, fmt.Appendf(nil, `{"port": %d}`, port), 0o600); err != nil {
		t.Fatal(err)
	}
	times, held := proof.Times(25, 200), 0
	for i := range times {
		m := moments[i%len(moments)]
		p := d.Spawn(d.Command(badTool, pagesOnly...))
		var doing sync.WaitGroup
		if m.do != nil {
			home := tool.Address(p)
			doing.Go(func() {
				for p.Running() {
					m.do(p, home, port)
				}
			})
		}
		time.Sleep(rand.N(m.take)) // a random moment; nothing is awaited
		p.Signal(syscall.SIGKILL)
		p.Wait()
		doing.Wait()
		if err := startAgain(t, d, settings, port); err != nil {
			t.Errorf("after a kill while %s: %v", m.name, err)
			continue
		}
		held++
	}
	proof.Held(t, "programs that were killed at a random moment start again with whole settings and the same port", times, held)
}

// freePort returns a port that systems do not hand out to connections.
func freePort(t *testing.T) int {
	for port := 10000 + rand.IntN(20000); ; port++ {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			return port
		}
	}
}

// startAgain starts a program that was killed, and shuts it down.
func startAgain(t *testing.T, d *desktop.Desktop, settings string, port int) error {
	var values struct{ Port int }
	text, err := os.ReadFile(settings)
	if err == nil {
		err = json.Unmarshal(text, &values)
	}
	if err != nil || values.Port != port {
		return fmt.Errorf("the settings are %q, %v; want port %d", text, err, port)
	}
	p := tool.Start(t, d, nil, badTool, pagesOnly...)
	second := tool.Start(t, d, nil, badTool, pagesOnly...)
	second.Ends(0)
	tool.Get(t, p.URL)
	p.Stop()
	if want := fmt.Sprintf("http://127.0.0.1:%d/", port); p.URL != want || second.URL != want {
		return fmt.Errorf("it is at %s, and a second launch finds %s; want %s twice", p.URL, second.URL, want)
	}
	return nil
}
