package app

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// nobody is the user and group id of the account of this name.
const nobody = 65534

func init() {
	peers = map[string]func(){"peer": func() {
		resp, err := http.Get(os.Args[2])
		fmt.Println(resp, err)
	}}
}

func TestSelfTestOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can start a program as another")
	}
	said, err := selfTested(t, func(url string) error {
		// Another user cannot reach the file by its path, which go test keeps private,
		// but by an open descriptor.
		binary, err := os.Open("/proc/self/exe")
		if err != nil {
			return err
		}
		defer binary.Close()
		cmd := exec.Command("/proc/self/fd/3", "peer", url)
		cmd.Dir = "/"
		cmd.ExtraFiles = []*os.File{binary}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		got, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, got)
		}
		if !strings.HasPrefix(string(got), "<nil> ") || strings.HasSuffix(string(got), "<nil>\n") {
			t.Errorf("another user gets %s", got)
		}
		return nil
	}, plain{})
	if err != nil {
		t.Errorf("%s: %v", said, err)
	}
}
