package tool

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/slow"
)

// A Running is a tool that serves. [Start] returns it.
type Running struct {
	*desktop.Process
	URL string // such as http://127.0.0.1:8888/

	t testing.TB
}

// Start starts a tool on the desktop and waits until it serves. change, if not nil,
// changes the command.
func Start(t testing.TB, d *desktop.Desktop, change func(*exec.Cmd), program string, args ...string) *Running {
	t.Helper()
	cmd := d.Command(program, args...)
	if change != nil {
		change(cmd)
	}
	p := d.Spawn(cmd)
	return &Running{p, Address(p), t}
}

// Spawn starts a program, and returns a writer for its standard input.
func Spawn(t testing.TB, d *desktop.Desktop, cmd *exec.Cmd) (*desktop.Process, io.Writer) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	t.Cleanup(func() { w.Close() })
	cmd.Stdin = r
	return d.Spawn(cmd), w
}

// Address waits until a tool serves, and returns its URL.
func Address(p *desktop.Process) string {
	_, url, _ := strings.Cut(p.Line(" is running at "), " is running at ")
	return url
}

// HostPort is the host and port of URL, such as 127.0.0.1:8888.
func (p *Running) HostPort() string {
	return strings.Trim(strings.TrimPrefix(p.URL, "http://"), "/")
}

// Ends waits for the end of the program, and fails the test unless the exit status is
// status.
func (p *Running) Ends(status int) {
	p.t.Helper()
	if got := p.Wait(); got.ExitCode() != status {
		p.t.Errorf("the program ends with %v; want exit status %d; standard error:\n%s", got, status, p.Stderr())
	}
}

// Stop shuts the tool down with SIGTERM, and fails the test unless the exit status is 0.
func (p *Running) Stop() {
	p.t.Helper()
	p.Signal(syscall.SIGTERM)
	p.Ends(0)
}

// Client keeps no idle connections, for which the shutdown of a tool would have to wait.
var Client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// Get gets a page as HTML, and fails the test unless the status is 200.
func Get(t testing.TB, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v; want 200\n%s", url, resp.Status, err, body)
	}
	return string(body)
}

// Refusals returns the number of refused requests and connections that the log page shows.
func (p *Running) Refusals() (n int) {
	p.t.Helper()
	if _, text, ok := strings.Cut(Get(p.t, p.URL+"app.log"), "refused since the start: "); ok {
		if _, err := fmt.Sscan(text, &n); err != nil {
			p.t.Fatal(err)
		}
	}
	return n
}

// Save begins a request that saves settings.
func (p *Running) Save() *slow.Request {
	p.t.Helper()
	u, err := url.Parse(p.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	return slow.Save(p.t, u)
}
