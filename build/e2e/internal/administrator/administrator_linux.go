// Package administrator lets one test be two people: root, who installs, and an ordinary
// user, the owner, who uses what is installed. The owner is the same test in another
// process, and asks root through a pair of pipes.
//
//	func TestDeb(t *testing.T) {
//		if root := administrator.Root(t); root != nil {
//			… // the owner
//			root.Please("upgrade")
//			return
//		}
//		administrator.Serve(t, map[string]func(){"upgrade": …})
//	}
package administrator

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

// Need skips the test for others than root.
func Need(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: packages are installed by root")
	}
}

// Serve runs the calling test as the owner, with variables added to the environment,
// and does what the owner asks for.
func Serve(t testing.TB, can map[string]func(), env ...string) {
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
	owner.Env = append(owner.Env, env...)
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

// An Administrator does what only root may.
type Administrator struct {
	t       testing.TB
	asks    io.Writer
	answers *bufio.Reader
}

// Root returns whom the owner asks, and nil if the calling test is root's part.
func Root(t testing.TB) *Administrator {
	if os.Getenv(ownerVariable) == "" {
		return nil
	}
	asks, answers := os.NewFile(3, "asks"), os.NewFile(4, "answers")
	t.Cleanup(func() { asks.Close(); answers.Close() })
	// What is started here is not to have them.
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	return &Administrator{t, asks, bufio.NewReader(answers)}
}

// Please has root do something, and waits until it is done.
func (a *Administrator) Please(what string) {
	a.t.Helper()
	if _, err := fmt.Fprintln(a.asks, what); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.answers.ReadString('\n'); err != nil {
		a.t.Fatalf("%s: no answer: %v", what, err)
	}
}

// Dpkg runs dpkg and returns what it prints.
func Dpkg(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("dpkg", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dpkg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
