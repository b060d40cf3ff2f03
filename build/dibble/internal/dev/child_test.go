package dev

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// childEnv makes this program a tool. The value says how it uses its standard
// input.
const childEnv = "DIBBLE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childEnv) {
	case "":
		goleak.VerifyTestMain(m)
	case "read":
		_, _ = io.Copy(os.Stdout, os.Stdin)
	default:
		time.Sleep(time.Minute)
	}
}

func startTestChild(t *testing.T, does string, stdout io.Writer) *child {
	t.Helper()
	t.Setenv(childEnv, does)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c, err := startChild(program, nil, state{Version: "first"}, stdout, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestChild_tell: a tool gets at least the latest state before it is stopped.
func TestChild_tell(t *testing.T) {
	var out strings.Builder
	c := startTestChild(t, "read", &out)
	for i := range 10 {
		c.tell(state{Version: fmt.Sprint(i)})
	}
	c.stop()
	c.stop()
	<-c.ended
	if got, want := out.String(), "{\"version\":\"9\",\"problems\":null}\n"; !strings.HasSuffix(got, want) || c.exitStatus() != 0 {
		t.Errorf("got %s and ended with %d, want %s at the end", got, c.exitStatus(), want)
	}
}

// TestChild_tell_held: a tool that does not read, as in a debugger, does not block tell.
func TestChild_tell_held(t *testing.T) {
	c := startTestChild(t, "nothing", io.Discard)
	for range 40 { // otherwise this does not end
		c.tell(state{Problems: []problem{{Text: strings.Repeat("x", 12<<10)}}})
	}
	if err := c.cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	<-c.ended
}

func TestReadyWriter(t *testing.T) {
	for text, want := range map[string]bool{
		"Greeter (dev) is running at http://127.0.0.1:29667/\n":   true,
		"hello\nTee is running at http://127.0.0.1:1/plan\nmore":  true,
		"Greeter (dev) is running at http://127.0.0.1:29667/":     false, // not yet
		"Tea is running at http://example.com/\n":                 false,
		strings.Repeat("x", 10000) + " is running at nowhere\n\n": false,
	} {
		for _, size := range []int{1, 7, len(text)} {
			ready := false
			var out strings.Builder
			w := &readyWriter{to: &out, ready: func() { ready = true }}
			for rest := text; rest != ""; {
				n := min(size, len(rest))
				if _, err := io.WriteString(w, rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if ready != want || out.String() != text {
				t.Errorf("%.60q in pieces of %d: %v, want %v; forwarded %.60q", text, size, ready, want, out.String())
			}
		}
	}
}

func TestLastOutput(t *testing.T) {
	root := t.TempDir()
	trace := "panic: no tea\n\ngoroutine 1 [running]:\nexample.com/lib.f()\n\t/elsewhere/lib.go:3 +0x18\nmain.init.0()\n\t" + filepath.ToSlash(root) + "/cmd/tea/main.go:12 +0x25\n\t" + filepath.ToSlash(root) + "/other.go:1 +0x25\n"
	for text, want := range map[string]string{
		"Tea: plug-in main.Tea: StartTool: no tea\n": "Tea: plug-in main.Tea: StartTool: no tea",
		trace:                      "cmd/tea/main.go:12: " + strings.TrimSpace(trace),
		strings.Repeat("x", 1<<20): strings.Repeat("x", 16<<10),
	} {
		o := &lastOutput{to: io.Discard}
		if _, err := io.WriteString(o, text); err != nil {
			t.Fatal(err)
		}
		if got := o.text(root); got != want {
			t.Errorf("%.100q, want %.100q", got, want)
		}
	}
}
