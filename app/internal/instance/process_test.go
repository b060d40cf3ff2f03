package instance

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// These environment variables make this test program behave as a launched program.
const (
	launchVar = "INSTANCE_TEST_LAUNCH" // the folder of the instance
	hostVar   = "INSTANCE_TEST_HOST"   // set in a new network namespace, to the name of the computer or to ""
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(launchVar); dir != "" {
		launchMain(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// launchMain is a program that is launched. It waits for the end of its standard input,
// so that many can start at once. Then it prints one line that says whether it is the
// instance.
func launchMain(dir string) {
	io.Copy(io.Discard, os.Stdin)
	if host, ok := os.LookupEnv(hostVar); ok {
		if err := enterNamespace(host); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
	}
	first, answer, err := Start(context.Background(), []string{dir}, say("open"), nil)
	switch {
	case err != nil:
		fmt.Println("error:", err)
		os.Exit(1)
	case first == nil:
		fmt.Println("delivered:", answer)
		return
	}
	fmt.Println("first")
	quit := make(chan struct{})
	go first.Serve(func(command string) (string, bool) {
		switch command {
		case "crash":
			os.Exit(0)
		case "quit":
			close(quit)
		}
		return "did " + command, true
	})
	<-quit
	if err := first.Close(); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

// process is a launched program.
type process struct {
	*exec.Cmd
	out *bufio.Reader
}

// newProcess returns a program that waits until the other end of stdin is closed, and
// then calls Start.
func newProcess(dir string, stdin *os.File) *process {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), launchVar+"="+dir)
	cmd.Stderr = os.Stderr
	if stdin != nil {
		cmd.Stdin = stdin
	}
	return &process{Cmd: cmd}
}

func (p *process) start(t *testing.T) {
	t.Helper()
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.Wait()
	})
}

func launchProcess(t *testing.T, dir string, stdin *os.File) *process {
	t.Helper()
	p := newProcess(dir, stdin)
	p.start(t)
	return p
}

// says returns the program's next line.
func (p *process) says(t *testing.T) string {
	t.Helper()
	line, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("after %q: %v", line, err)
	}
	return strings.TrimSpace(line)
}

// launchMany launches programs at the same moment, after meanwhile returns. It returns
// the program that is the instance.
func launchMany(t *testing.T, dir string, many int, meanwhile func()) (first *process) {
	t.Helper()
	gate, open, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	all := make([]*process, many)
	for i := range all {
		all[i] = launchProcess(t, dir, gate)
	}
	meanwhile()
	open.Close()
	for _, p := range all {
		switch said := p.says(t); {
		case said == "first" && first == nil:
			first = p
		case said != "delivered: did open":
			t.Errorf("a program says %s", said)
		}
	}
	if first == nil {
		t.Fatal("no program is the instance")
	}
	return first
}

func TestManyProcesses(t *testing.T) {
	dir := t.TempDir()
	first := launchMany(t, dir, 50, func() {})
	for range 5 { // in each round, the instance is killed while others are launched
		first = launchMany(t, dir, 10, func() {
			if err := first.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			first.Wait()
			if _, err := os.Stat(filepath.Join(dir, addressName)); err != nil {
				t.Fatalf("the kill should have left a file behind: %v", err)
			}
		})
	}
	if answer, err := SendAndWait(t.Context(), []string{dir}, "quit"); answer != "did quit" || err != nil {
		t.Errorf("quit: %q, %v", answer, err)
	}
	if running, err := isRunning([]string{dir}); running || err != nil {
		t.Errorf("running: %v, %v", running, err)
	}
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
}

func TestCrashOnCommand(t *testing.T) {
	dir := t.TempDir()
	launchProcess(t, dir, nil).says(t)
	if answer, err := SendAndWait(t.Context(), []string{dir}, "crash"); answer != "" || err != nil {
		t.Errorf("SendAndWait: got %q, %v", answer, err)
	}
	launchProcess(t, dir, nil).says(t)
	if _, err := Send(t.Context(), []string{dir}, "crash"); err != ErrNotRunning {
		t.Errorf("Send: got %v, want ErrNotRunning", err)
	}
}
