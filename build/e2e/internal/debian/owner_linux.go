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

// ownerVariable is set in the process of the owner.
const ownerVariable = "DIBBLER_TEST_OWNER"

// nobody is an ordinary user of every Debian system.
const nobody = 65534

// serve runs the calling test as the owner, and serves the owner's requests.
func serve(t testing.TB, requests map[string]func()) {
	t.Helper()
	received, request, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer received.Close()
	answer, answered, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer answered.Close()
	var out strings.Builder
	owner := ownerCommand(t)
	owner.Stdout, owner.Stderr = &out, &out
	owner.ExtraFiles = []*os.File{request, answer}
	err = owner.Start()
	request.Close()
	answer.Close()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(received)
	for lines.Scan() {
		requests[lines.Text()]()
		fmt.Fprintln(answered, "done")
	}
	if err := owner.Wait(); err != nil {
		t.Errorf("the owner: %v", err)
	}
	if text := out.String(); t.Failed() || strings.Contains(text, "--- SKIP") {
		t.Logf("output of the owner:\n%s", text)
		if !t.Failed() {
			t.Skip("something is missing for the owner")
		}
	}
}

// ownerCommand returns a command that runs this test as the owner, in a folder of the owner.
func ownerCommand(t testing.TB) *exec.Cmd {
	t.Helper()
	// The path is short, because the sockets of the browser are below it.
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

// An administrator sends requests to root.
type administrator struct {
	t        testing.TB
	requests io.Writer
	answers  *bufio.Reader
}

// root returns the administrator for the owner, or nil if the calling process is root.
func root(t testing.TB) *administrator {
	if os.Getenv(ownerVariable) == "" {
		return nil
	}
	requests, answers := os.NewFile(3, "requests"), os.NewFile(4, "answers")
	t.Cleanup(func() { requests.Close(); answers.Close() })
	// Child processes must not inherit them.
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	return &administrator{t, requests, bufio.NewReader(answers)}
}

// do sends a request, and waits until it is done.
func (a *administrator) do(request string) {
	a.t.Helper()
	if _, err := fmt.Fprintln(a.requests, request); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.answers.ReadString('\n'); err != nil {
		a.t.Fatalf("%s: no answer: %v", request, err)
	}
}
