package loopback

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

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
