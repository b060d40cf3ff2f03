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

// The environment variables that make this test program another one.
const (
	launchVar  = "INSTANCE_TEST_LAUNCH"  // a folder: launch
	intrudeVar = "INSTANCE_TEST_INTRUDE" // a folder: intrude, see intruder_unix_test.go
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(launchVar); dir != "" {
		launchMain(dir)
		return
	}
	if dir := os.Getenv(intrudeVar); dir != "" {
		intrudeMain(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// launchMain is a program as its users know it. It waits for the end of its
// standard input, so that many can be let go at once, and then says what it is
// in one line.
func launchMain(dir string) {
	io.Copy(io.Discard, os.Stdin)
	first, answer, err := Start(context.Background(), dir, "open", nil)
	switch {
	case err != nil:
		fmt.Println("error:", err)
		os.Exit(1)
	case first == nil:
		fmt.Println("delivered:", answer)
		return
	}
	fmt.Println("first")
	for m := range first.Messages() {
		if m.Command == "crash" {
			os.Exit(0)
		}
		m.Reply("did " + m.Command)
		if m.Command == "quit" {
			break
		}
	}
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

// launch starts the program, which waits until the other end of stdin is
// closed.
func launch(t *testing.T, dir string, stdin *os.File) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), launchVar+"="+dir)
	cmd.Stdin = stdin
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &process{cmd, bufio.NewReader(out)}
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

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.Wait()
}

func TestOfFiftyLaunchesAtOnceOneIsFirstAndHearsTheOthers(t *testing.T) {
	const many = 50
	dir := t.TempDir()
	gate, open, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer gate.Close()
	var all [many]*process
	for i := range all {
		all[i] = launch(t, dir, gate)
	}
	open.Close()
	count := map[string]int{}
	for _, p := range all {
		count[p.says(t)]++
	}
	if count["first"] != 1 || count["delivered: did open"] != many-1 {
		t.Errorf("they said %v", count)
	}
	if answer, err := SendAndWait(t.Context(), dir, "quit"); answer != "did quit" || err != nil {
		t.Errorf("quit: %q, %v", answer, err)
	}
	for _, p := range all {
		if err := p.Wait(); err != nil {
			t.Error(err)
		}
	}
}

func TestAKilledInstanceLeavesNothingThatBlocks(t *testing.T) {
	dir := t.TempDir()
	for round := range 20 {
		p := launch(t, dir, nil)
		if said := p.says(t); said != "first" {
			t.Fatalf("round %d: %s", round, said)
		}
		if said := launch(t, dir, nil).says(t); said != "delivered: did open" {
			t.Fatalf("round %d: the second launch: %s", round, said)
		}
		p.kill(t)
		for _, name := range []string{lockName, addressName} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Fatalf("round %d: the kill should have left a file behind: %v", round, err)
			}
		}
		if _, err := Send(t.Context(), dir, "open"); err != ErrNotRunning {
			t.Fatalf("round %d: got %v, want that it does not run", round, err)
		}
	}
}

func TestLaunchesAfterAKillMeetEachOther(t *testing.T) {
	const many = 10
	dir := t.TempDir()
	p := launch(t, dir, nil)
	p.says(t)
	for round := range 5 {
		gate, open, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var all [many]*process
		for i := range all {
			all[i] = launch(t, dir, gate)
		}
		gate.Close()
		p.kill(t)
		open.Close()
		first := 0
		for _, next := range all {
			switch said := next.says(t); said {
			case "first":
				first++
				p = next
			case "delivered: did open":
			default:
				t.Errorf("round %d: %s", round, said)
			}
		}
		if first != 1 {
			t.Fatalf("round %d: %d are first", round, first)
		}
	}
}

func TestSendAndWaitReturnsWhenTheProcessHasEnded(t *testing.T) {
	dir := t.TempDir()
	p := launch(t, dir, nil)
	if said := p.says(t); said != "first" {
		t.Fatal(said)
	}
	if answer, err := SendAndWait(t.Context(), dir, "quit"); answer != "did quit" || err != nil {
		t.Errorf("got %q, %v", answer, err)
	}
	if running, err := isRunning(dir); running || err != nil {
		t.Errorf("running: %v, %v", running, err)
	}
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}

func TestAnInstanceThatCrashesOnACommandHasEnded(t *testing.T) {
	dir := t.TempDir()
	launch(t, dir, nil).says(t)
	if answer, err := SendAndWait(t.Context(), dir, "crash"); answer != "" || err != nil {
		t.Errorf("SendAndWait: got %q, %v", answer, err)
	}
	launch(t, dir, nil).says(t)
	if _, err := Send(t.Context(), dir, "crash"); err != ErrDeclined {
		t.Errorf("Send: got %v, want that it was about to end", err)
	}
}
