package debian

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// ownerVariable is set in the process that plays the owner.
const ownerVariable = "DIBBLER_TEST_OWNER"

// nobody is an ordinary user that every Debian has.
const nobody = 65534

// serve runs the calling test as the owner, and does what the owner asks for.
func serve(t testing.TB, can map[string]func()) {
	t.Helper()
	asked, ask, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	answer, answered, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer answered.Close()
	var out strings.Builder
	owner := ownerCommand(t)
	owner.Stdout, owner.Stderr = &out, &out
	owner.ExtraFiles = []*os.File{ask, answer}
	err = owner.Start()
	ask.Close()
	answer.Close()
	if err != nil {
		t.Fatal(err)
	}
	requests := bufio.NewScanner(asked)
	for requests.Scan() {
		can[requests.Text()]()
		fmt.Fprintln(answered, "done")
	}
	if err := owner.Wait(); err != nil {
		t.Errorf("the owner: %v", err)
	}
	if text := out.String(); t.Failed() || strings.Contains(text, "--- SKIP") {
		t.Logf("the owner said:\n%s", text)
		if !t.Failed() {
			t.Skip("the owner lacks something")
		}
	}
}

// ownerCommand is this test as another user, in a folder of theirs.
func ownerCommand(t testing.TB) *exec.Cmd {
	t.Helper()
	// Short, for the sockets of the browser in it.
	dir, err := os.MkdirTemp("", "o")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "owner.test")
	if err := packaged.Copy(self, program); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), ownerVariable+"=1", "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// An administrator does what only root may.
type administrator struct {
	t       testing.TB
	asks    io.Writer
	answers *bufio.Reader
}

// root returns whom the owner asks, and nil if the calling test is root's part.
func root(t testing.TB) *administrator {
	if os.Getenv(ownerVariable) == "" {
		return nil
	}
	asks, answers := os.NewFile(3, "asks"), os.NewFile(4, "answers")
	t.Cleanup(func() { asks.Close(); answers.Close() })
	// What is started here is not to have them.
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	return &administrator{t, asks, bufio.NewReader(answers)}
}

// please has root do something, and waits until it is done.
func (a *administrator) please(what string) {
	a.t.Helper()
	if _, err := fmt.Fprintln(a.asks, what); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.answers.ReadString('\n'); err != nil {
		a.t.Fatalf("%s: no answer: %v", what, err)
	}
}
