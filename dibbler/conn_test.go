//go:build unix || windows

package dibbler

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// A lateConn's first Read fails when its wait is over, by when something has come.
type lateConn struct {
	net.Conn
	end    func()
	client net.Conn
}

func (l *lateConn) SyscallConn() (syscall.RawConn, error) {
	return l.Conn.(syscall.Conn).SyscallConn()
}

func (l *lateConn) Read(p []byte) (int, error) {
	if l.end == nil {
		return l.Conn.Read(p)
	}
	l.end()
	l.end = nil
	fmt.Fprint(l.client, "GET")
	for !arrived(l.Conn) {
		runtime.Gosched()
	}
	return 0, os.ErrDeadlineExceeded
}

func TestWhatArrivesBeforeAReadFailsIsRead(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client := dial(t, "http://"+l.Addr().String())
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	late := &lateConn{Conn: server, client: client}
	c := &conn{Conn: late, set: newConnSet(new(Context)), refs: 1}
	late.end = func() {
		c.wait()
		c.since = time.Now().Add(-quietTime)
		if !c.endWait() {
			t.Error("the wait is not over")
		}
	}
	p := make([]byte, 10)
	if n, err := c.Read(p); string(p[:n]) != "GET" {
		t.Errorf("%q, %v", p[:n], err)
	}
}
