// Package testkill kills a process while it writes a file, for tests of the file.
package testkill

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Rounds returns how often a test kills a process: 5 times, or 200 in the long tests.
func Rounds() int {
	if os.Getenv("DIBBLER_PROVE") != "" {
		return 200
	}
	return 5
}

// Writer starts the program of the test with env, such as NAME=value, in its environment.
// The program must then write, and print a number after each write. Writer kills it at a
// random moment, and returns the last number.
func Writer(t *testing.T, env string) (last int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env)
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
