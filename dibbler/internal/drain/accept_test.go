package drain

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// A limitedListener has file descriptors for a few connections only.
type limitedListener struct {
	net.Listener
	left *atomic.Int32
}

func (s limitedListener) Accept() (net.Conn, error) {
	if s.left.Add(-1) < 0 {
		s.left.Add(1)
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	conn, err := s.Listener.Accept()
	return &limitedConn{Conn: conn, left: s.left}, err
}

type limitedConn struct {
	net.Conn
	left *atomic.Int32
	once sync.Once
}

func (c *limitedConn) Close() error {
	defer c.once.Do(func() { c.left.Add(1) })
	return c.Conn.Close()
}

// A failingListener returns each of its errors once.
type failingListener struct {
	net.Listener
	errs *[]error
}

func (f failingListener) Accept() (net.Conn, error) {
	if len(*f.errs) > 0 {
		err := (*f.errs)[0]
		*f.errs = (*f.errs)[1:]
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", err)}
	}
	return f.Listener.Accept()
}

func TestAcceptor(t *testing.T) {
	t.Run("out_of_descriptors", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newPipeListener()
			at := limitedListener{l, new(atomic.Int32)}
			at.left.Store(3)
			release := make(chan bool)
			s := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "POST" {
					<-release
				}
				hello(w, r)
			}, at)
			busy := l.dial(t)
			io.WriteString(busy, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
			synctest.Wait()
			begun := time.Now()
			for range 10 {
				l.dial(t) // sends nothing
			}
			conn := l.dial(t)
			io.WriteString(conn, get)
			wantAnswer(t, conn, "hello")
			// None of the idle connections has reached its own limit.
			if took := time.Since(begun); took >= s.conns.limits.Header {
				t.Errorf("the answer took %v", took)
			}
			close(release)
			wantAnswer(t, busy, "hello")
			if !strings.Contains(s.logged(), "too many open files") {
				t.Errorf("logged: %s", s.logged())
			}
			s.end(t)
		})
	})
	t.Run("out_of_descriptors_while_closing", func(t *testing.T) {
		at := limitedListener{loopback(t), new(atomic.Int32)}
		s := serve(t, Config{}, hello, at)
		conn := dial(t, s.Addr())
		io.WriteString(conn, get)
		for s.logged() == "" { // until Accept has failed
			runtime.Gosched()
		}
		ended := make(chan bool)
		go func() {
			defer close(ended)
			s.end(t)
		}()
		<-s.closing
		at.left.Store(2) // for conn and the marker
		wantAnswer(t, conn, "hello")
		<-ended
	})
	t.Run("transient_errors", func(t *testing.T) {
		errs := append([]error{syscall.EMFILE}, transient...)
		s := serve(t, Config{}, hello, failingListener{loopback(t), &errs})
		conn := dial(t, s.Addr())
		io.WriteString(conn, get)
		wantAnswer(t, conn, "hello")
		if len(errs) > 0 {
			t.Errorf("%v was not returned", errs)
		}
	})
	t.Run("lasting_error", func(t *testing.T) {
		at := loopback(t)
		s := serve(t, Config{}, hello, failingListener{at, &[]error{errors.New("the network is gone")}})
		<-s.done
		if s.err == nil || !strings.Contains(s.err.Error(), "the network is gone") || len(s.failed) != 1 {
			t.Errorf("%v, failed %v", s.err, s.failed)
		}
		if conn, err := net.Dial("tcp", at.Addr().String()); err == nil {
			conn.Close()
			t.Error("the listener is open")
		}
	})
	t.Run("log_once_a_minute", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newService(Config{})
			for range 150 {
				s.logWaiting()
				time.Sleep(time.Second)
			}
			if n := strings.Count(s.logged(), "\n"); n != 3 {
				t.Errorf("%d warnings in 150 seconds", n)
			}
		})
	})
	t.Run("filter", func(t *testing.T) {
		asked := make(chan net.Conn)
		answer := make(chan bool)
		filter := func(c net.Conn) bool {
			asked <- c
			return <-answer
		}
		s := serve(t, Config{Filter: func() func(net.Conn) bool { return filter }}, hello, loopback(t))
		good, bad := dial(t, s.Addr()), dial(t, s.Addr())
		io.WriteString(good, get)
		io.WriteString(bad, get)
		for range 2 { // the filter of the first waits for that of the second
			<-asked
		}
		go func() { // Run waits for the filter
			answer <- false
			answer <- true
		}()
		s.end(t)
		_ = good.SetReadDeadline(time.Now().Add(time.Minute))
		a, _ := io.ReadAll(good)
		b, _ := io.ReadAll(bad)
		if (len(a) == 0) == (len(b) == 0) {
			t.Errorf("got %q and %q, want one admitted and one refused", a, b)
		}
	})
	t.Run("cut_while_filter_runs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			asked, answer := make(chan bool), make(chan bool)
			filter := func(net.Conn) bool {
				asked <- true
				return <-answer
			}
			l := newPipeListener()
			s := serve(t, Config{Filter: func() func(net.Conn) bool { return filter }}, hello, l)
			conn := l.dial(t)
			<-asked
			s.Cut()
			synctest.Wait()
			select {
			case <-s.done:
				t.Error("Run has returned before the filter")
			default:
			}
			answer <- true
			<-s.done
			wantClosed(t, conn)
		})
	})
	t.Run("accepted_after_cut", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l := newPipeListener()
			s := serve(t, Config{Limits: Limits{Conns: 1}}, hello, l)
			l.dial(t)
			synctest.Wait()
			conn := l.dial(t) // has to wait for the first
			begun := time.Now()
			s.Cut()
			<-s.done
			if took := time.Since(begun); took > 0 {
				t.Errorf("the connection reached its own limit, after %v", took)
			}
			wantClosed(t, conn)
		})
	})
}

// The system makes connections before they are accepted, and their clients cannot tell the
// difference.
func TestBacklog(t *testing.T) {
	for network, addr := range map[string]string{
		"tcp":  "127.0.0.1:0",
		"tcp6": "[::1]:0",
		"unix": filepath.Join(t.TempDir(), "socket"),
	} {
		t.Run(network, func(t *testing.T) {
			l, err := net.Listen(network, addr)
			if err != nil {
				t.Skip(err)
			}
			testBacklog(t, l)
		})
	}
}

// The marker of a Unix socket has a name in a temporary folder, and names are short.
func TestBacklog_longTempDir(t *testing.T) {
	addr := filepath.Join(t.TempDir(), "socket")
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", long)
	l, err := net.Listen("unix", addr)
	if err != nil {
		t.Skip(err)
	}
	testBacklog(t, l)
}

func testBacklog(t *testing.T, l net.Listener) {
	const slots, more = 3, 50
	begun, release := make(chan bool, slots+more), make(chan bool)
	s := serve(t, Config{Limits: Limits{Conns: slots}}, func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		<-release
		hello(w, r)
	}, l)
	var all []net.Conn
	for range slots + more {
		conn := dial(t, s.Addr())
		io.WriteString(conn, get)
		all = append(all, conn)
	}
	for range slots {
		<-begun
	}
	ended := make(chan bool)
	go func() {
		defer close(ended)
		s.end(t)
	}()
	<-s.closing
	close(release)
	for _, conn := range all {
		wantAnswer(t, conn, "hello")
	}
	<-ended
}

// Close waits for the backlog as long as connections are accepted.
func TestBacklog_slow(t *testing.T) {
	for accepts, want := range map[int]time.Duration{0: backlogTimeout, 5: 6 * backlogTimeout} {
		synctest.Test(t, func(t *testing.T) {
			l := newPipeListener()
			p := newService(Config{}, l).ports[0]
			go func() {
				for range accepts {
					time.Sleep(backlogTimeout * 9 / 10)
					go l.dial(t)
					if _, err := p.Accept(); err != nil {
						t.Error(err)
					}
				}
			}()
			begun := time.Now()
			p.awaitBacklog()
			if took := time.Since(begun); took != want {
				t.Errorf("%d connections: Close took %v, want %v", accepts, took, want)
			}
		})
	}
}

// A stuckListener accepts no connection.
type stuckListener struct {
	net.Listener
	closed chan struct{}
}

func (l stuckListener) Accept() (net.Conn, error) {
	<-l.closed
	return nil, net.ErrClosed
}

func (l stuckListener) Close() error {
	close(l.closed)
	return l.Listener.Close()
}

func TestBacklog_stalled(t *testing.T) {
	s := serve(t, Config{}, hello, stuckListener{loopback(t), make(chan struct{})})
	s.end(t)
}
