package loopback

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// TestListen_blockedByBrowsers: the system assigns four ports, two of which browsers
// block.
func TestListen_blockedByBrowsers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to make a network namespace")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // the thread ends with the goroutine
		if err := enterNetwork("6668 6671"); err != nil {
			t.Error(err)
			return
		}
		for range 10 {
			at, err := Listen(0)
			if err != nil {
				t.Error(err)
				return
			}
			if err := ports.Check(Port(at)); err != nil {
				t.Error(err)
			}
			if err := Close(at); err != nil {
				t.Error(err)
			}
		}
	}()
	<-done
}

// enterNetwork moves this thread to a new network namespace.
func enterNetwork(portRange string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
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
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, loopback); err != nil {
		return err
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte(portRange), 0o600)
}
