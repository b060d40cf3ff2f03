//go:build unix

package app

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/selftest"
)

func TestSignal(t *testing.T) {
	t.Run("drains", func(t *testing.T) {
		for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			p := startProgram(t, "flushes", "-port", "0")
			body := begin(t, p.url()+"slow")
			ok(t, p.Process.Signal(sig))
			if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
				t.Errorf("%v: %q, %v", sig, rest, err)
			}
			if rest, status := p.exit(); status != exitOK || rest != "flushed\n" {
				t.Errorf("%v: status %d, %q, %s", sig, status, rest, &p.stderr)
			}
		}
	})
	t.Run("second cuts", func(t *testing.T) {
		p := startProgram(t, "flushes", "-port", "0")
		p.cutStuck(p.url())
		rest, status := p.exit()
		if status != exitCut || !strings.Contains(p.stderr.String(), "GET /stuck") {
			t.Errorf("status %d, %s", status, &p.stderr)
		}
		if rest != "flushed\n" {
			t.Errorf("after a cut, plug-ins print %q", rest)
		}
	})
	// When a session ends, systemd sends SIGTERM and SIGHUP together. The program treats
	// them as one request to end.
	t.Run("end of session", func(t *testing.T) {
		for _, signals := range [][]syscall.Signal{
			{syscall.SIGTERM, syscall.SIGHUP}, {syscall.SIGHUP, syscall.SIGTERM}, {syscall.SIGHUP, syscall.SIGHUP},
		} {
			p := startProgram(t, "plain", "-port", "0")
			body, release := hold(t, p.url())
			for i, s := range signals {
				ok(t, p.Process.Signal(s))
				if i == 0 {
					wantLine(t, body, "ending")
				}
			}
			release()
			if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
				t.Errorf("%v: %q, %v", signals, rest, err)
			}
			if _, status := p.exit(); status != exitOK {
				t.Errorf("%v: status %d, %s", signals, status, &p.stderr)
			}
		}
	})
	t.Run("signals until the end", func(t *testing.T) {
		p := startProgram(t, "plain", "-port", "0")
		p.url()
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for p.Process.Signal(syscall.SIGHUP) == nil {
			}
		}()
		p.wantExit(exitOK)
		<-sent
	})
	// A program under nohup keeps running after its terminal is closed.
	t.Run("nohup", func(t *testing.T) {
		p := newHome(t).command("plain", "-no-browser", "-no-tray", "-port", "0", "-verbose")
		sh, err := exec.LookPath("sh")
		if err != nil {
			t.Skip("no sh here")
		}
		p.Path, p.Args = sh, append([]string{"sh", "-c", `trap "" HUP; exec "$@"`, "sh"}, p.Args...)
		p.start()
		p.url()
		// SIGHUP arrives first: it has the lower number.
		for _, s := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
			ok(t, p.Process.Signal(s))
		}
		p.wantExit(exitOK)
		if log := p.stderr.String(); !strings.Contains(log, "signal=terminated") || strings.Contains(log, "signal=hangup") {
			t.Errorf("the log says:\n%s", log)
		}
	})
}

// cutStuck ends the program at url with two signals. The second cuts off the request that
// is stuck.
func (p *process) cutStuck(url string) {
	p.t.Helper()
	stuck, slow := begin(p.t, url+"stuck"), begin(p.t, url+"slow")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	// When the slow request finishes, the first signal has been received.
	if _, err := io.ReadAll(slow); err != nil {
		p.t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.ReadAll(stuck); err == nil {
		p.t.Error("a cut answer looks complete")
	}
}

func TestSelfTest_signal(t *testing.T) {
	a := &App{Name: "Plain", Plugins: []any{plain{}}, SelfTest: func(ctx context.Context, _ string, _ func(string, string) (string, error)) error {
		ok(t, syscall.Kill(os.Getpid(), syscall.SIGTERM))
		<-ctx.Done()
		return ctx.Err()
	}}
	ok(t, a.setDefaults())
	err := selftest.Run(*a, a.ID, a.Name, a.SelfTest, io.Discard, io.Discard)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A signal ends a self-test even if a plug-in does not start.
func TestSelfTest_signalAtStart(t *testing.T) {
	p := newHome(t).command("waits", "-self-test")
	stdin, err := p.StdinPipe()
	ok(t, err)
	p.start()
	wantLine(t, p.stdout, "begun")
	ok(t, p.Process.Signal(syscall.SIGTERM))
	ok(t, stdin.Close()) // so that the test does not hang if the signal is ignored
	p.exit()
	if status, isUnix := p.ProcessState.Sys().(syscall.WaitStatus); !isUnix || status.Signal() != syscall.SIGTERM {
		t.Errorf("it ends with %v, want the signal; %s", p.ProcessState, &p.stderr)
	}
}

// TestReaderGone: the program keeps running when the reader of its output ends, as in
// "dibbler 2>&1 | head -1".
func TestReaderGone(t *testing.T) {
	p := newHome(t).command("flushes", "-no-browser", "-no-tray", "-port", "0", "-verbose")
	stderrReader, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdoutReader, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Cmd.Stderr, p.Cmd.Stdout, p.stdout = stderr, stdout, bufio.NewReader(stdoutReader)
	p.start()
	if err := errors.Join(stderr.Close(), stdout.Close(), stderrReader.Close()); err != nil {
		t.Fatal(err)
	}
	at := p.url()
	stdoutReader.Close()
	if page := get(t, at+"nowhere"); !strings.Contains(page, "Page not found") { // the program logs it
		t.Errorf("%q", page)
	}
	endBy(t, at+"end")
	if _, status := p.exit(); status != exitOK {
		t.Errorf("status %d: %v", status, p.ProcessState)
	}
}
