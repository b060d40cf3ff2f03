package app

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestOneLineIsPrintedWhenReady(t *testing.T) {
	p := launch(t, "plain", "-port", "0", "-no-browser", "-no-tray")
	resp, err := http.Get(p.url())
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); string(b) != "home of plain" {
		t.Errorf("%q, %v", b, err)
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if rest, status := p.exit(); rest != "" || status != exitOK || p.stderr.Len() > 0 {
		t.Errorf("more output %q, status %d, standard error %q", rest, status, &p.stderr)
	}
}

func TestASignalEndsGracefully(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := launch(t, "plain", "-port", "0", "-no-browser")
		body := begin(t, p.url()+"slow")
		if err := p.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
			t.Errorf("%v: %q, %v", sig, rest, err)
		}
		if _, status := p.exit(); status != exitOK {
			t.Errorf("%v: status %d, %s", sig, status, &p.stderr)
		}
	}
}

func TestASecondSignalEndsAtOnceAndSaysWhatWasCut(t *testing.T) {
	p := launch(t, "plain", "-port", "0", "-no-browser")
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
	if _, status := p.exit(); status != exitCut || !strings.Contains(p.stderr.String(), "GET /stuck") {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

// begin asks for url and reads the first line of the answer.
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

func TestBadArgumentsAreNamed(t *testing.T) {
	for _, args := range [][]string{{"-port", "x"}, {"-port", "65536"}, {"-port", "-1"}, {"-unknown"}, {"file"}} {
		p := launch(t, "plain", args...)
		last := strings.TrimPrefix(args[len(args)-1], "-")
		if out, status := p.exit(); status != exitUsage || out != "" || !strings.Contains(p.stderr.String(), last) {
			t.Errorf("%q: status %d, %q, %q", args, status, out, &p.stderr)
		}
	}
}

func TestVersionAndHelp(t *testing.T) {
	if out, status := launch(t, "plain", "-version").exit(); status != exitOK || !strings.HasPrefix(out, "Plain 1.2.3 (go") {
		t.Errorf("status %d, %q", status, out)
	}
	p := launch(t, "plain", "-help")
	if _, status := p.exit(); status != exitOK || !strings.Contains(p.stderr.String(), "-no-browser") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestAPluginThatCannotBeRegisteredIsAFailedStart(t *testing.T) {
	p := launch(t, "unfit", "-no-browser")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "no methlets") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestSelfTestTellsHowItWent(t *testing.T) {
	if out, status := launch(t, "plain", "-self-test").exit(); status != exitOK || !strings.Contains(out, "Self-test passed.") {
		t.Errorf("status %d, %q", status, out)
	}
	p := launch(t, "fails", "-self-test")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "it is raining") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}
