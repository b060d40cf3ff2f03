package dibbler

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A scarce listener has descriptors for so many connections at a time.
type scarce struct {
	net.Listener
	left *atomic.Int32
}

func (s scarce) Accept() (net.Conn, error) {
	if s.left.Add(-1) < 0 {
		s.left.Add(1)
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	conn, err := s.Listener.Accept()
	return &scarceConn{Conn: conn, left: s.left}, err
}

type scarceConn struct {
	net.Conn
	left *atomic.Int32
	once sync.Once
}

func (c *scarceConn) Close() error {
	defer c.once.Do(func() { c.left.Add(1) })
	return c.Conn.Close()
}

func TestWhereDescriptorsRunOutTheConnectionThatIsQuietForLongestMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		at := scarce{l, new(atomic.Int32)}
		at.left.Store(3)
		p := newSlow(1)
		s := register(t, p, &pages1{})
		s.Listeners = []net.Listener{at}
		var book logBook
		s.Logger = book.logger()
		e := start(t, &Context{}, s)
		ask := func(page string) net.Conn {
			conn := l.dial()
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", page)
			return conn
		}
		busy := ask("/slow")
		<-p.begun
		begun := time.Now()
		for range 10 {
			defer l.dial().Close() // and say nothing
		}
		conn := ask("/first")
		defer conn.Close()
		if body, err := answered(conn); body != "first of 1" {
			t.Errorf("%q, %v", body, err)
		}
		// None of the quiet ones has come to its own end.
		if took := time.Since(begun); took >= headerTimeout {
			t.Errorf("it took %v", took)
		}
		close(p.end)
		if body, err := answered(busy); body != "the whole answer" {
			t.Errorf("the busy connection: %q, %v", body, err)
		}
		busy.Close()
		e.Stop()
		if err := e.wait(); err != nil {
			t.Error(err)
		}
		wantText(t, book.String(), "too many open files")
	})
}

func TestThatConnectionsWaitIsLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var book logBook
		d := &door{logger: book.logger}
		for range 150 {
			d.sayWaiting()
			time.Sleep(time.Second)
		}
		if n := strings.Count(book.String(), "\n"); n != 3 {
			t.Errorf("in 150 seconds it was logged %d times", n)
		}
	})
}

// A failing listener fails once in the ways that it has.
type failing struct {
	net.Listener
	ways *[]error
}

func (f failing) Accept() (net.Conn, error) {
	if len(*f.ways) > 0 {
		err := (*f.ways)[0]
		*f.ways = (*f.ways)[1:]
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", err)}
	}
	return f.Listener.Accept()
}

func TestWhatPassesDoesNotEndTheEnvironment(t *testing.T) {
	ways := append([]error{syscall.EMFILE}, passing...)
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{failing{loopback(t), &ways}}
	start(t, &Context{}, s)
	if _, body := get(t, s.URL()+"first"); body != "first of 1" || len(ways) > 0 {
		t.Errorf("%q, with %v left", body, ways)
	}
}

func TestTheOnlyListenerIsClosedWhenItFails(t *testing.T) {
	at := loopback(t)
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{failing{at, &[]error{errors.New("the network is gone")}}}
	if err := start(t, &Context{}, s).wait(); err == nil {
		t.Error("no error")
	}
	if conn, err := net.Dial("tcp", at.Addr().String()); err == nil {
		conn.Close()
		t.Error("it still listens")
	}
}
