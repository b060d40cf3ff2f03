package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/dibbler"
	"go.uber.org/goleak"
)

// This test binary is also the program that the tests start.
const asProgram = "DIBBLER_TEST_PROGRAM"

// peers are the functions of this test binary when it is started as a program of another
// user. It is nil on systems where that is not possible.
var peers map[string]func()

func TestMain(m *testing.M) {
	if kind := os.Getenv(asProgram); kind != "" {
		if kind == "shortTimeout" {
			launchTimeout = time.Second
		}
		Main(programs[kind])
	}
	// The program starts this binary again to open the browser.
	if url, ok := desk.URLToOpen(os.Args[1:]); ok {
		os.Exit(openHere(url, os.Stdout, os.Stderr))
	}
	if len(os.Args) == 3 && peers[os.Args[1]] != nil {
		peers[os.Args[1]]()
		os.Exit(0)
	}
	// Under nohup, programs ignore SIGHUP. The programs that the tests start must not.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		ExampleTest.End()
		os.Exit(status)
	}))
}

var programs = map[string]App{
	"plain":        {Name: "Plain", Version: "1.2.3", Plugins: []any{plain{}}},
	"shortTimeout": {Name: "Plain", Plugins: []any{plain{}}},
	"unfit":        {Name: "Unfit", Plugins: []any{struct{}{}}},
	"nameless":     {Plugins: []any{plain{}}},
	"brews":        {Name: "Brews", Opens: teaOpens, Plugins: []any{brewer{}}},
	"keeps":        {Name: "Keeps", Plugins: []any{&keeper{}}},
	"flushes":      {Name: "Flushes", Plugins: []any{plain{}, flusher{}}},
	"spills":       {Name: "Spills", Plugins: []any{plain{}, flusher{errors.New("the disk is full")}, flusher{}}},
	"fails": {Name: "Fails", Plugins: []any{plain{}}, SelfTest: func(context.Context, string, func(string, string) (string, error)) error {
		return errors.New("it is raining")
	}},
	"described": {
		Name: "Tea Timer", ID: "com.example.tea-timer", Version: "1.2.3", Opens: teaOpens, Plugins: []any{brewer{}, brewer{}},
		About: About{
			Publisher: "Ada Lovelace <ada@example.org>", Summary: "Boil tea", Description: "Boils tea.", Homepage: "https://ada.example.org/",
			License: "MIT", Package: "teas", Categories: []string{"Office"}, Keywords: []string{"tea", "Zeit"},
		},
	},
}

type plain struct{}

func (plain) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("home of plain")
	return err
}

// OnSlow answers when the program begins to shut down.
func (plain) OnSlow(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-dibbler.Stopping(r.Context())
	_, err := fmt.Fprintln(w, "finished")
	return err
}

// OnHeld waits for the beginning of the shutdown, connects to an address, and answers
// when that connection is closed.
func (plain) OnHeld(w *dibbler.Response, r *http.Request, form struct {
	Until string `schema:"until,required"`
}) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-dibbler.Stopping(r.Context())
	fmt.Fprintln(w, "ending")
	w.Flush()
	conn, err := net.Dial("tcp", form.Until)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "finished")
	return err
}

// OnStuck does not return by itself.
func (plain) OnStuck(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-r.Context().Done()
	return r.Context().Err()
}

// OnEnd ends the program after its answer.
func (plain) OnEnd(w *dibbler.Response, r *http.Request) error {
	if r.Method != http.MethodPost {
		return &dibbler.Error{Status: http.StatusMethodNotAllowed}
	}
	return dibbler.ErrShutdown
}

// OnUpload lists the files in the temporary folder during an upload.
func (plain) OnUpload(w *dibbler.Response, r *http.Request) error {
	if err := r.ParseMultipartForm(1); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, strings.Join(files, "\n"))
	return err
}

// A flusher prints a line when its OnFlush function is called.
type flusher struct{ err error }

func (f flusher) StartTool(ctx context.Context, tool *Tool) error {
	return tool.OnFlush(func(context.Context) error {
		fmt.Println("flushed")
		return f.err
	})
}

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

// exit waits for the end, and returns the rest of the output and the exit status.
func (p *process) exit() (string, int) {
	rest, _ := io.ReadAll(p.stdout)
	p.once.Do(func() {
		p.Wait()
		p.status = p.ProcessState.ExitCode()
	})
	return string(rest), p.status
}

// errors kills the program and returns what it has written to standard error.
func (p *process) errors() string {
	p.Process.Kill()
	p.exit()
	return p.stderr.String()
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
	if line, err := body.ReadString('\n'); line != "begun\n" {
		t.Fatalf("%q, %v", line, err)
	}
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

// get returns the page at url, without the program's script.
func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
