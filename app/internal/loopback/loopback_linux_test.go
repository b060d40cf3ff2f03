package loopback

import (
	"net"
	"os"
	"runtime"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/ports"
	"golang.org/x/sys/unix"
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

// TestListen_probes: connections are not probed, not even while the stream of a page is
// idle.
func TestListen_probes(t *testing.T) {
	at, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(at)
	for _, l := range at {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		_ = raw.Control(func(fd uintptr) {
			if probed, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_KEEPALIVE); probed != 0 || err != nil {
				t.Errorf("%v: SO_KEEPALIVE is %d, %v", l.Addr(), probed, err)
			}
		})
	}
}
