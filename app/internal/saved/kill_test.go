package saved

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// writeForEver updates the file until the process is killed, and prints each finished update.
func writeForEver(path string) {
	s, warning, err := Open(path, plan{})
	for err == nil && warning == "" {
		err = s.Update(func(p *plan) error { p.Minutes++; return nil })
		fmt.Println(s.Get().Minutes)
	}
	fmt.Println(warning, err)
	os.Exit(1)
}

// killWriter starts a process that updates the file, kills it at a random moment, and
// returns the last update that it has printed.
func killWriter(t *testing.T, path string) (last int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SAVED_TEST_WRITE="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for started := false; ; started = true {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // the line may be incomplete
		}
		if last, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
			t.Errorf("the process prints %q", line)
			break
		}
		if !started {
			// The delay is random, to kill the process at any point.
			time.AfterFunc(time.Duration(rand.Int64N(int64(20*time.Millisecond))), func() { cmd.Process.Kill() })
		}
	}
	io.Copy(io.Discard, lines)
	cmd.Wait()
	return last
}

// Whenever a process is killed, the file and its backup are complete, and the file has
// the last change that Update has acknowledged.
func TestUpdate_killed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	// A long unknown key makes writes take longer.
	long := strings.Repeat("x", 1<<18)
	write1(t, path, `{"unknown": "`+long+`"}`)
	times := 5
	if os.Getenv("DIBBLER_PROVE") != "" {
		times = 200
	}
	for round := range times {
		last := killWriter(t, path)
		o, _, err := read(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if o["unknown"] != long {
			t.Fatalf("round %d: the unknown key is damaged", round)
		}
		if got := open(t, path, plan{}).Get().Minutes; last == 0 || got != last && got != last+1 {
			t.Fatalf("round %d: the file has %d, and %d was acknowledged", round, got, last)
		}
		if _, _, err := read(backupOf(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("round %d: %v", round, err)
		}
	}
	t.Attr("proof", fmt.Sprintf("%d %d killed while it saves a value: the file is whole, with the last change that was acknowledged", times, times))
}
