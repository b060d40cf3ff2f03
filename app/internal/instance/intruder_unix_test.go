//go:build unix

package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// intrudeMain is what another user can try who knows the port.
func intrudeMain(dir string) {
	_, err := os.ReadFile(filepath.Join(dir, addressName))
	fmt.Println("read the key:", errors.Is(err, fs.ErrPermission))
	_, _, err = Start(context.Background(), dir, "quit", nil)
	fmt.Println("take the lock:", errors.Is(err, fs.ErrPermission))
	port, _ := strconv.Atoi(os.Getenv("INSTANCE_TEST_PORT"))
	own, err := os.MkdirTemp("", "intruder")
	if err == nil {
		err = address{port, newSecret()}.write(filepath.Join(own, addressName))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer os.RemoveAll(own)
	_, err = deliver(context.Background(), own, "quit", patience)
	fmt.Println("talk:", err)
}

func TestAnotherUserCannotReadTheKeyOrTalk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can act for a second one")
	}
	dir, err := os.MkdirTemp("", "instance")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	// As open as can be, so that only the files' own permissions count.
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	i := first(t, dir)
	program := filepath.Join(dir, "intruder")
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, self, 0o755); err != nil {
		t.Fatal(err)
	}
	here, err := readAddress(dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.Env = []string{intrudeVar + "=" + dir, "INSTANCE_TEST_PORT=" + strconv.Itoa(here.port)}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	type result struct {
		out []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, err := cmd.CombinedOutput()
		done <- result{out, err}
	}()
	select {
	case m := <-i.Messages():
		m.Reply("")
		t.Errorf("another user sent %q", m.Command)
		<-done
	case got := <-done:
		want := "read the key: true\ntake the lock: true\ntalk: " + errProof.Error() + "\n"
		if got.err != nil || string(got.out) != want {
			t.Errorf("%v\n%s\nwant\n%s", got.err, got.out, want)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsAClearError(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("not for root: it can write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, _, err := Start(t.Context(), dir, "open", nil)
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "must be writable") {
		t.Errorf("got %v", err)
	}
}

func TestTheFilesArePrivate(t *testing.T) {
	dir := t.TempDir()
	first(t, dir)
	for _, name := range []string{lockName, addressName} {
		if stat, err := os.Stat(filepath.Join(dir, name)); err != nil || stat.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, stat.Mode(), err)
		}
	}
}
