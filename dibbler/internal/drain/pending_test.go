//go:build unix || windows

package drain

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// The first Read of a lateConn fails because the connection has expired, after bytes have
// arrived.
type lateConn struct {
	net.Conn
	expire func()
	client net.Conn
}

func (l *lateConn) SyscallConn() (syscall.RawConn, error) {
	return l.Conn.(syscall.Conn).SyscallConn()
}

func (l *lateConn) Read(p []byte) (int, error) {
	if l.expire == nil {
		return l.Conn.Read(p)
	}
	l.expire()
	l.expire = nil
	fmt.Fprint(l.client, "GET")
	for !pending(l.Conn) {
		runtime.Gosched()
	}
	return 0, os.ErrDeadlineExceeded
}

func TestConn_revives(t *testing.T) {
	server, client := accepted(t)
	late := &lateConn{Conn: server, client: client}
	set := newConns(Limits{}, idle, nil)
	c := set.add(late, nil)
	late.expire = func() {
		if !c.expireIn(idle, 0) {
			t.Error("the connection has not expired")
		}
	}
	p := make([]byte, 10)
	if n, err := c.Read(p); string(p[:n]) != "GET" {
		t.Errorf("%q, %v", p[:n], err)
	}
	set.timer.Stop()
}
