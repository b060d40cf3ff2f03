package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
	"go.uber.org/goleak"
)

// The test binary is also the program that the tests start.
const asProgram = "DIBBLER_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if kind := os.Getenv(asProgram); kind != "" {
		Main(programs[kind])
	}
	goleak.VerifyTestMain(m)
}

var programs = map[string]App{
	"plain": {Name: "Plain", Version: "1.2.3", Plugins: []any{plain{}}},
	"fails": {Name: "Fails", Plugins: []any{plain{}}, SelfTest: func(context.Context, string, func(string, ...any)) error {
		return errors.New("it is raining")
	}},
	"unfit": {Name: "Unfit", Plugins: []any{struct{}{}}},
}

type plain struct{}

func (plain) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("home of plain")
	return err
}

// OnSlow answers when it is told that the program ends.
func (plain) OnSlow(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-dibbler.Stopping(r.Context())
	_, err := fmt.Fprintln(w, "finished")
	return err
}

// OnStuck does not end by itself.
func (plain) OnStuck(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprintln(w, "begun")
	w.Flush()
	<-r.Context().Done()
	return r.Context().Err()
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

// launch starts the program of a kind.
func launch(t *testing.T, kind string, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(exe, args...), t: t}
	p.Env = append(os.Environ(), asProgram+"="+kind)
	p.Cmd.Stderr = &p.stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
	return p
}

// url reads the line that says that the program is ready.
func (p *process) url() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), " is running at ")
	if !ok || !strings.HasPrefix(url, "http://127.0.0.1:") || !strings.HasSuffix(url, "/") {
		p.t.Fatalf("the first line is %q, %v; standard error: %s", line, err, &p.stderr)
	}
	return url
}

// exit waits for the end and returns the rest of the output and the status.
func (p *process) exit() (string, int) {
	rest, _ := io.ReadAll(p.stdout)
	p.once.Do(func() {
		p.Wait()
		p.status = p.ProcessState.ExitCode()
	})
	return string(rest), p.status
}
