package app

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A home is a home folder for a program.
type home struct {
	t   *testing.T
	dir string
	env []string // more of the environment
}

func newHome(t *testing.T) *home {
	t.Helper()
	dir, err := os.MkdirTemp("", "dib")
	if err != nil {
		t.Fatal(err)
	}
	// It is removed after the processes that use it have ended.
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return &home{t: t, dir: dir}
}

// write writes a file in the home, which may be a program, and returns its path.
func (h *home) write(name, content string) (path string) {
	h.t.Helper()
	path = filepath.Join(h.dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o700)); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// variables returns environment variables with which programs keep their files here.
func (h *home) variables() map[string]string {
	return map[string]string{
		"HOME":            h.dir,
		"XDG_CONFIG_HOME": filepath.Join(h.dir, "config"),
		"XDG_STATE_HOME":  filepath.Join(h.dir, "state"),
		"XDG_DATA_HOME":   filepath.Join(h.dir, "data"),
		"XDG_CACHE_HOME":  filepath.Join(h.dir, "cache"),
		"APPDATA":         filepath.Join(h.dir, "config"),
		"LOCALAPPDATA":    filepath.Join(h.dir, "local"),
		"TMPDIR":          h.dir,
		// There is no desktop; the tray is tested elsewhere.
		"DBUS_SESSION_BUS_ADDRESS": "",
		"XDG_RUNTIME_DIR":          h.dir,
		"DISPLAY":                  "",
		"WAYLAND_DISPLAY":          "",
	}
}

// A process is a running program.
type process struct {
	*exec.Cmd
	t      *testing.T
	stdout *bufio.Reader
	stderr bytes.Buffer
	once   sync.Once
	status int
}

// startProgram starts the program of a kind in a new home, without a browser and an icon.
func startProgram(t *testing.T, kind string, args ...string) *process {
	t.Helper()
	return newHome(t).launch(kind, append([]string{"-no-browser", "-no-tray"}, args...)...)
}

func (h *home) launch(kind string, args ...string) *process {
	h.t.Helper()
	p := h.command(kind, args...)
	p.start()
	return p
}

// command returns the program of a kind, without starting it.
func (h *home) command(kind string, args ...string) *process {
	h.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(exe, args...), t: h.t}
	p.Env = append(environment(), asProgram+"="+kind)
	for name, value := range h.variables() {
		p.Env = append(p.Env, name+"="+value)
	}
	p.Env = append(p.Env, h.env...)
	p.Cmd.Stderr = &p.stderr
	out, err := p.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	return p
}

// start starts the program, and kills it when the test ends.
func (p *process) start() {
	p.t.Helper()
	if err := p.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
}

// environment returns the environment of the test, with an option that keeps the race
// detector from sleeping for a second at the end of each program.
func environment() []string {
	return append(os.Environ(), "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
}

// url reads the line that says that the program is ready.
func (p *process) url() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), " is running at ")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") || !strings.HasSuffix(url, "/") {
		p.t.Fatalf("the first line is %q, %v; standard error: %s", line, err, p.errors())
	}
	return url
}

// exit waits until the program has ended, and returns the rest of the output and the exit
// status.
func (p *process) exit() (string, int) {
	rest, _ := io.ReadAll(p.stdout)
	p.once.Do(func() {
		p.Wait()
		p.status = p.ProcessState.ExitCode()
	})
	return string(rest), p.status
}

// wantExit waits until the program has ended. The test fails if the exit status is
// another, or if one of these texts was not written to standard error.
func (p *process) wantExit(status int, texts ...string) {
	p.t.Helper()
	_, got := p.exit()
	if got != status {
		p.t.Errorf("exit status %d, want %d; standard error: %s", got, status, &p.stderr)
	}
	for _, want := range texts {
		if !strings.Contains(p.stderr.String(), want) {
			p.t.Errorf("standard error has no %q: %s", want, &p.stderr)
		}
	}
}

// errors kills the program and returns what it has written to standard error.
func (p *process) errors() string {
	p.Process.Kill()
	p.exit()
	return p.stderr.String()
}

// wantLine fails the test unless this is the next line of body.
func wantLine(t *testing.T, body *bufio.Reader, want string) {
	t.Helper()
	if line, err := body.ReadString('\n'); line != want+"\n" {
		t.Errorf("the next line is %q, %v, want %q", line, err, want)
	}
}

// begin gets url and reads the first line of the answer.
func begin(t *testing.T, url string) *bufio.Reader {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		resp.Body.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	body := bufio.NewReader(resp.Body)
	wantLine(t, body, "begun")
	return body
}

// hold begins an answer that is finished when the program has begun to shut down and
// release is called.
func hold(t *testing.T, at string) (body *bufio.Reader, release func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	body = begin(t, at+"held?until="+listener.Addr().String())
	return body, func() {
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close()
	}
}
