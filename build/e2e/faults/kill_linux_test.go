package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// moments are what a tool does while it is killed, each with about the time it takes.
var moments = []struct {
	name string
	take time.Duration
	do   func(p *tool.Running, port int)
}{
	{name: "starting", take: 40 * time.Millisecond},
	{name: "writing settings", take: 20 * time.Millisecond, do: func(p *tool.Running, port int) {
		for _, open := range []string{"true", "false"} { // what does not change is not written
			send(p, "app.settings", "application/x-www-form-urlencoded", fmt.Appendf(nil, "port=%d&openBrowser=%s", port, open))
		}
	}},
	{name: "serving", take: 20 * time.Millisecond, do: func(p *tool.Running, _ int) { answered(p.URL) }},
	{name: "storing an upload", take: 60 * time.Millisecond, do: func(p *tool.Running, _ int) {
		kind, form := largeFile() // too large to be kept in memory
		send(p, "form", kind, form)
	}},
	{name: "ending", take: 10 * time.Millisecond, do: func(p *tool.Running, _ int) { p.Signal(syscall.SIGTERM) }},
}

// A program that was killed at any moment starts again as if nothing had happened.
func TestKill(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, badTool, quiet...) // which remembers its port
	_, text, _ := strings.Cut(p.HostPort(), ":")
	p.Stop()
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	times, well := proof.Times(25, 200), 0
	for i := range times {
		m := moments[i%len(moments)]
		kill(t, d, port, m.take, m.do)
		if startsAgain(t, d, port) {
			well++
		} else {
			t.Errorf("killed while %s", m.name)
		}
	}
	proof.Held(t, "killed at a random moment, starts again: settings whole, same port, one instance", times, well)
}

// kill starts the tool, has it do something again and again, and kills it.
func kill(t *testing.T, d *desktop.Desktop, port int, take time.Duration, do func(p *tool.Running, port int)) {
	moment := rand.N(take) // not to await anything, but to hit it somewhere
	if do == nil {
		p := d.Spawn(d.Command(badTool, quiet...))
		time.Sleep(moment)
		p.Signal(syscall.SIGKILL)
		p.Wait()
		return
	}
	p := tool.Start(t, d, nil, badTool, quiet...)
	var doing sync.WaitGroup
	doing.Go(func() {
		for p.Running() {
			do(p, port)
		}
	})
	time.Sleep(moment)
	p.Signal(syscall.SIGKILL)
	p.Wait()
	doing.Wait()
}

// startsAgain starts the tool after it was killed, and ends it.
func startsAgain(t *testing.T, d *desktop.Desktop, port int) (well bool) {
	t.Helper()
	if got := portIn(t, d.Home()); got != port {
		t.Errorf("the settings hold port %d", got)
		return false
	}
	temp := filepath.Join(d.Home(), ".cache/bad-tool/temp")
	if err := os.WriteFile(filepath.Join(temp, "left"), nil, 0o600); err != nil { // there may be more
		t.Fatal(err)
	}
	p := tool.Start(t, d, nil, badTool, quiet...)
	second := tool.Start(t, d, nil, badTool, quiet...)
	second.Ends(0)
	if want := fmt.Sprintf("http://127.0.0.1:%d/", port); p.URL != want || second.URL != want {
		t.Errorf("it is at %s, and launched again at %s; want %s", p.URL, second.URL, want)
		return false
	}
	tool.Get(t, p.URL)
	if left, err := os.ReadDir(temp); len(left) > 0 || err != nil {
		t.Errorf("in the temporary folder: %v, %v", left, err)
		return false
	}
	p.Signal(syscall.SIGTERM)
	return p.Wait().ExitCode() == 0
}

var largeFile = sync.OnceValues(func() (kind string, form []byte) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("file", "large")
	if err != nil {
		panic(err)
	}
	file.Write(make([]byte, 12<<20))
	w.Close()
	return w.FormDataContentType(), body.Bytes()
})

// send sends a form to a tool, and returns the answer: 0 if there is none.
func send(p *tool.Running, page, kind string, form []byte) (status int, answer string) {
	resp, err := tool.Client.Post(p.URL+page, kind, bytes.NewReader(form))
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(body)
}

// portIn is the port that the settings hold.
func portIn(t *testing.T, home string) int {
	t.Helper()
	var values struct{ Port int }
	text, err := os.ReadFile(filepath.Join(home, ".config/bad-tool/settings.json"))
	if err == nil {
		err = json.Unmarshal(text, &values)
	}
	if err != nil {
		t.Fatal(err)
	}
	return values.Port
}
