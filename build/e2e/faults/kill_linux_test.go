package faults

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A victim is a tool that is killed again and again, and where it keeps its files.
type victim struct {
	t    *testing.T
	d    *desktop.Desktop
	port int
}

// moments are what it does while it is killed, each with about the time it takes.
var moments = []struct {
	name string
	take time.Duration
	do   func(v victim, p *tool.Running)
}{
	{name: "starting", take: 40 * time.Millisecond},
	{name: "writing settings", take: 20 * time.Millisecond, do: victim.changeSettings},
	{name: "serving", take: 20 * time.Millisecond, do: func(_ victim, p *tool.Running) { answered(p.URL) }},
	{name: "storing an upload", take: 60 * time.Millisecond, do: victim.store},
	{name: "ending", take: 10 * time.Millisecond, do: func(_ victim, p *tool.Running) { p.Signal(syscall.SIGTERM) }},
}

// changeSettings saves other settings, twice: what does not change is not written.
func (v victim) changeSettings(p *tool.Running) {
	for _, open := range []string{"true", "false"} {
		v.post(p.URL+"app.settings", "application/x-www-form-urlencoded",
			[]byte(url.Values{"port": {strconv.Itoa(v.port)}, "openBrowser": {open}}.Encode()))
	}
}

// store sends a file that is too large to be kept in memory.
func (v victim) store(p *tool.Running) {
	kind, form := largeFile()
	v.post(p.URL+"form", kind, form)
}

// post sends a form as a page of the tool's own does. The tool may be killed before
// it answers.
func (v victim) post(to, kind string, form []byte) {
	req, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(form))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Content-Type", kind)
	if resp, err := tool.Client.Do(req); err == nil {
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
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

// A program that was killed at any moment starts again as if nothing had happened.
func TestKill_randomMoment(t *testing.T) {
	v := victim{t, desktop.Start(t), quietPort(t)}
	v.remember()
	times := proof.Times(25, 200)
	well := 0
	for i := range times {
		m := moments[i%len(moments)]
		v.kill(m.take, m.do)
		if v.isWell() {
			well++
		} else {
			t.Errorf("killed while %s", m.name)
		}
	}
	proof.Held(t, "killed at a random moment, starts again: settings whole, same port, one instance", times, well)
	v.checkLeftovers()
}

// kill starts the tool, has it do something again and again, and kills it.
func (v victim) kill(take time.Duration, do func(victim, *tool.Running)) {
	moment := rand.N(take) // not to await anything, but to hit it somewhere
	if do == nil {
		p := v.d.Spawn(v.d.Command(badTool, quiet...))
		time.Sleep(moment)
		p.Signal(syscall.SIGKILL)
		p.Wait()
		return
	}
	p := tool.Start(v.t, v.d, nil, badTool, quiet...)
	var doing sync.WaitGroup
	doing.Go(func() {
		for p.Running() {
			do(v, p)
		}
	})
	time.Sleep(moment)
	p.Signal(syscall.SIGKILL)
	p.Wait()
	doing.Wait()
}

// isWell starts the tool after it was killed, and ends it.
func (v victim) isWell() bool {
	v.t.Helper()
	if got := portIn(v.t, v.d.Home()); got != v.port {
		v.t.Errorf("the settings hold port %d", got)
		return false
	}
	p := tool.Start(v.t, v.d, nil, badTool, quiet...)
	second := v.d.Spawn(v.d.Command(badTool, quiet...))
	want := fmt.Sprintf("http://127.0.0.1:%d/", v.port)
	if at, other := p.URL, tool.Address(second); at != want || other != want {
		v.t.Errorf("it is at %s, and launched again at %s; want %s", at, other, want)
		return false
	}
	if code := second.Wait().ExitCode(); code != 0 {
		v.t.Errorf("the second launch ends with %d: %s", code, second.Stderr())
		return false
	}
	tool.Get(v.t, p.URL)
	if left := v.files(".cache/bad-tool/temp"); len(left) > 0 {
		v.t.Errorf("in the temporary folder: %q", left)
		return false
	}
	p.Signal(syscall.SIGTERM)
	return p.Wait().ExitCode() == 0
}

// checkLeftovers makes sure that what the killed ones could not remove is gone
// some time later.
func (v victim) checkLeftovers() {
	v.t.Helper()
	config, state := ".config/bad-tool", ".local/state/bad-tool"
	v.t.Logf("left over: %q, %q", v.files(config), v.files(state))
	ago := time.Now().Add(-2 * time.Hour)
	for _, name := range slices.Concat(v.files(config), v.files(state)) {
		if err := os.Chtimes(filepath.Join(v.d.Home(), name), ago, ago); err != nil {
			v.t.Fatal(err)
		}
	}
	p := tool.Start(v.t, v.d, nil, badTool, quiet...)
	v.changeSettings(p)
	p.Stop()
	if got := v.files(config); !slices.Equal(got, []string{config + "/settings.json", config + "/settings.json.backup"}) {
		v.t.Errorf("an hour later there are %q", got)
	}
	if got := v.files(state); !slices.Equal(got, []string{state + "/instance.lock", state + "/log.txt"}) {
		v.t.Errorf("an hour later there are %q", got)
	}
}

// files are what is in a folder of the home, hidden ones included.
func (v victim) files(folder string) (names []string) {
	v.t.Helper()
	entries, err := os.ReadDir(filepath.Join(v.d.Home(), folder))
	if err != nil {
		v.t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, folder+"/"+entry.Name())
	}
	return names
}

func (v victim) settings() string {
	return filepath.Join(v.d.Home(), ".config/bad-tool/settings.json")
}

// remember has the tool take its port.
func (v victim) remember() {
	v.t.Helper()
	if err := os.MkdirAll(filepath.Dir(v.settings()), 0o700); err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(v.settings(), fmt.Appendf(nil, `{"port": %d}`, v.port), 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// quietPort returns a port that nobody has, and that no system gives away.
func quietPort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		if l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
