package instance

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// enterNamespace sets up the new network namespace and, if host is not empty, sets the
// name of the computer.
func enterNamespace(host string) error {
	if host != "" {
		if err := unix.Sethostname([]byte(host)); err != nil {
			return err
		}
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	loopback, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	loopback.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, loopback)
}

// TestElsewhere: the instance seems to be on another computer with the same folder, or is
// in another network namespace.
func TestElsewhere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to make namespaces")
	}
	for _, test := range []struct{ name, host, want string }{
		{"computer", "faraway", `it is running on the computer "faraway"`},
		{"network", "", "it is running in another network namespace of this computer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			p := newProcess(dir, nil)
			p.Env = append(p.Env, hostVar+"="+test.host)
			p.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS}
			p.start(t)
			if said := p.says(t); said != "first" {
				t.Fatal(said)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, _, err := Start(ctx, []string{dir}, say("open"), nil)
			_, sendErr := SendAndWait(ctx, []string{dir}, "quit")
			for _, err := range []error{err, sendErr} {
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), fmt.Sprintf("as process %d", p.Process.Pid)) {
					t.Errorf("got %v, want an error that says %s", err, test.want)
				}
			}
		})
	}
}
