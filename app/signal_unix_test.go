//go:build unix

package app

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestASignalEndsGracefully(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		p := launch(t, "flushes", "-port", "0")
		body := begin(t, p.url()+"slow")
		if err := p.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
			t.Errorf("%v: %q, %v", sig, rest, err)
		}
		if rest, status := p.exit(); status != exitOK || rest != "flushed\n" {
			t.Errorf("%v: status %d, %q, %s", sig, status, rest, &p.stderr)
		}
	}
}

func TestASecondSignalEndsAtOnceAndSaysWhatWasCut(t *testing.T) {
	p := launch(t, "flushes", "-port", "0")
	url := p.url()
	stuck, slow := begin(t, url+"stuck"), begin(t, url+"slow")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// The slow one finishes, so the first signal has been heard.
	if _, err := io.ReadAll(slow); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(stuck); err == nil {
		t.Error("a cut answer looks whole")
	}
	rest, status := p.exit()
	if status != exitCut || !strings.Contains(p.stderr.String(), "GET /stuck") {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
	if rest != "flushed\n" {
		t.Errorf("after a cut, plug-ins have said %q", rest)
	}
}

// When a session ends, systemd sends SIGTERM and SIGHUP together. That is one
// request to end.
func TestTheSignalsOfASessionsEndCutNothing(t *testing.T) {
	for _, signals := range [][]syscall.Signal{
		{syscall.SIGTERM, syscall.SIGHUP}, {syscall.SIGHUP, syscall.SIGTERM}, {syscall.SIGHUP, syscall.SIGHUP},
	} {
		p := launch(t, "plain", "-port", "0")
		body, release := hold(t, p.url())
		for i, s := range signals {
			if err := p.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				if line, err := body.ReadString('\n'); line != "ending\n" {
					t.Fatalf("%v: %q, %v", signals, line, err)
				}
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
}
