package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// A lateListener has connections that the server reads only after gate is closed, as on a
// busy machine.
type lateListener struct {
	net.Listener
	gate chan struct{}
}

type lateConn struct {
	net.Conn
	gate chan struct{}
}

func (l lateListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return lateConn{conn, l.gate}, err
}

// SyscallConn shows the server whether bytes have arrived.
func (c lateConn) SyscallConn() (syscall.RawConn, error) { return c.Conn.(syscall.Conn).SyscallConn() }

func (c lateConn) Read(p []byte) (int, error) {
	<-c.gate
	return c.Conn.Read(p)
}

// Requests that have arrived are answered even if the server has not read them yet.
func TestEnd_onTheWay(t *testing.T) {
	s, gate := register(t, &pages1{}), make(chan struct{})
	s.Listeners = []net.Listener{lateListener{loopback(t), gate}}
	e := start(t, &Context{}, s)
	conns := make([]net.Conn, 100)
	for i := range conns {
		conns[i] = dial(t, s.URL())
		request(conns[i], "/first")
	}
	if err := e.Remove(s); err != nil { // returns when idle connections are told to end
		t.Fatal(err)
	}
	close(gate)
	for _, conn := range conns {
		wantAnswer(t, conn, "first of 1")
	}
	e.Stop()
	e.wantEnd()
}

// The system makes connections before the server accepts them, and their clients cannot tell
// the difference.
func TestEnd_backlog(t *testing.T) {
	const more = 100
	p, a := newSlow(maxConns+more), new(accepted)
	s := register(t, p, a)
	e := start(t, &Context{DrainTimeout: time.Hour}, s) // for a busy machine
	conns := p.inFlight(t, s.URL(), maxConns)
	for range more { // the backlog is full
		conn := dial(t, s.URL())
		request(conn, "/slow")
		conns = append(conns, conn)
	}
	e.Stop()
	<-e.Stopping()
	if isOpen(addrOf(s)) {
		t.Error("a new connection was made while the environment was ending")
	}
	close(p.end)
	for _, conn := range conns {
		wantAnswer(t, conn, "the whole answer")
	}
	e.wantEnd()
	n := 0
	for range a.from.Range {
		n++
	}
	if n != len(conns) {
		t.Errorf("the filter was asked about %d connections, and %d were made", n, len(conns))
	}
}

func TestEnd_idleConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		stop := serveAt(t, register(t, &pages1{}), l, false)
		silent, idle := l.dial(), l.dial()
		request(idle, "/first")
		wantAnswer(t, idle, "first of 1")
		begun := time.Now()
		stop()
		if took := time.Since(begun); took > drain.GracePeriod {
			t.Errorf("shutdown took %v", took)
		}
		for _, conn := range []net.Conn{silent, idle} {
			if b, err := io.ReadAll(conn); len(b) > 0 || err != nil {
				t.Errorf("an idle connection got %q, %v", b, err)
			}
		}
	})
}

func TestEnd_busyConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		stop := serveAt(t, register(t, &pages1{}), l, false)
		conn := l.dial()
		in := bufio.NewReader(conn)
		request(conn, "/first")
		readAnswer(t, in)
		ended := make(chan bool)
		go func() { defer close(ended); stop() }()
		time.Sleep(drain.GracePeriod - 1)
		request(conn, "/first")
		if resp, body := readAnswer(t, in); body != "first of 1" || !resp.Close {
			t.Errorf("while ending: %q, Connection: close is %v, want %q and true", body, resp.Close, "first of 1")
		}
		<-ended
	})
}

func TestStopping(t *testing.T) {
	for name, end := range map[string]func(*run, *Server) error{
		"stopped": func(e *run, s *Server) error { e.Stop(); return nil },
		"removed": func(e *run, s *Server) error { return e.Remove(s) },
	} {
		t.Run(name, func(t *testing.T) {
			begun := make(chan bool)
			url, s, e := page1(t, func(w *Response, r *http.Request) error {
				w.WriteOKHeaders("text/event-stream")
				w.Flush()
				close(begun)
				<-Stopping(r.Context())
				_, err := fmt.Fprint(w, "data: bye\n\n")
				return err
			})
			conn := dial(t, url)
			request(conn, "/page")
			<-begun
			if err := end(e, s); err != nil {
				t.Error(err)
			}
			wantAnswer(t, conn, "data: bye\n\n")
			e.Stop()
			e.wantEnd()
		})
	}
}

func TestCutError(t *testing.T) {
	p := newSlow(1)
	s := register(t, p, methletPlugin{func(w *Response, r *http.Request) error {
		p.begun <- struct{}{}
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}})
	c := &Context{DrainTimeout: 20 * time.Millisecond}
	e := start(t, c, s)
	p.inFlight(t, s.URL(), 1)
	half := dial(t, s.URL())
	fmt.Fprint(half, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
	<-p.begun
	e.Stop()
	err := e.wait()
	close(p.end) // so that the goroutine of the methlet ends
	if got := cutOf(err); !slices.Equal(got, []string{"GET /slow", "POST /page"}) {
		t.Errorf("cut %q of %v", got, err)
	}
	wantText(t, err.Error(), "GET /slow", "POST /page")
}

func TestEnd_answerOfWrap(t *testing.T) { synctest.Test(t, testEndAnswerOfWrap) }

func testEndAnswerOfWrap(t *testing.T) {
	s := register(t, &pages1{})
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "refused", http.StatusForbidden)
		})
	}
	l := newPipeListener()
	stop := serveAt(t, s, l, false)
	conn, ended := l.dial(), make(chan bool)
	in := bufio.NewReader(conn)
	for _, end := range []bool{false, true} {
		if end {
			go func() { defer close(ended); stop() }()
			synctest.Wait()
		}
		request(conn, "/x")
		if resp, _ := readAnswer(t, in); resp.Close != end {
			t.Errorf("ending=%v: Connection: close is %v", end, resp.Close)
		}
	}
	<-ended
}

// The connection of a stream is closed after the stream is told to end.
func TestEnd_stream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
			w.Flush()
			<-Stopping(r.Context())
			_, err := io.WriteString(w, "bye")
			return err
		}})
		l := newPipeListener()
		stop := serveAt(t, s, l, false)
		client, server := newHalfConns(nil)
		defer client.Close()
		l.conns <- server
		go request(client, "/page")
		answer := awaitAnswer(client)
		time.Sleep(time.Minute)
		begun, ended := time.Now(), make(chan bool)
		go func() { defer close(ended); stop() }()
		if got := <-answer; got != "bye<nil>" {
			t.Errorf("the stream and its error are %q, want %q", got, "bye<nil>")
		}
		if _, err := client.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("after the stream: %v, want EOF", err)
		}
		<-ended
		if took := time.Since(begun); took > 0 {
			t.Errorf("shutdown took %v, want none", took)
		}
	})
}

// A quietConn has nothing to read, and calls expired when it is expired.
type quietConn struct {
	net.Conn
	expired func()
}

func (c quietConn) SetReadDeadline(t time.Time) error {
	if !t.IsZero() && t.Before(time.Now()) {
		c.expired()
	}
	return c.Conn.SetReadDeadline(t)
}

// A stream is told to end after all connections know that the environment is ending, so that
// its connection is closed after its answer even if it ends at once.
func TestEnd_streamLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		streams := make(chan (<-chan struct{}), 1)
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
			streams <- Stopping(r.Context())
			<-Stopping(r.Context())
			return nil
		}})
		l := newPipeListener()
		stop := serveAt(t, s, l, false)
		client, server := newHalfConns(nil)
		defer client.Close()
		l.conns <- server
		go request(client, "/page")
		go answered(client)
		told := <-streams
		other, quiet := newHalfConns(nil)
		defer other.Close()
		expired := 0
		l.conns <- quietConn{quiet, func() {
			expired++
			select {
			case <-told:
				t.Error("the stream was told to end before the other connection was expired")
			default:
			}
		}}
		time.Sleep(5 * time.Second)
		stop()
		if expired == 0 {
			t.Error("the other connection was not expired")
		}
	})
}

// The Close of a barrierListener waits until all listeners are being closed.
type barrierListener struct {
	*pipeListener
	all *sync.WaitGroup
}

func (l barrierListener) Close() error {
	l.all.Done()
	l.all.Wait()
	return l.pipeListener.Close()
}

// Slow listeners are closed concurrently, for up to DrainTimeout.
func TestEnd_closeTogether(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		t.Run(fmt.Sprintf("stuck=%v", stuck), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 5
				var all sync.WaitGroup
				all.Add(2 * n)
				if stuck {
					all.Add(1)
				}
				var c Context
				for range n {
					s := register(t, &pages1{})
					s.Listeners = []net.Listener{barrierListener{newPipeListener(), &all}, barrierListener{newPipeListener(), &all}}
					if err := c.Add(s); err != nil {
						t.Fatal(err)
					}
				}
				e := start(t, &c)
				begun := time.Now()
				e.Stop()
				if !stuck {
					e.wantEnd()
					return
				}
				<-e.Stopping()
				if took := time.Since(begun); took != defaultDrainTimeout {
					t.Errorf("Run waited %v for the listeners", took)
				}
				all.Done()
				_ = e.wait()
			})
		})
	}
}

// A client that sends its whole request before it reads gets the answer of a methlet that
// calls Close early, while the methlet is still running.
func TestClose_upload(t *testing.T) {
	for _, mounted := range []bool{false, true} {
		t.Run(fmt.Sprintf("mounted=%v", mounted), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				took := make(chan time.Duration, 1)
				l := newPipeListener()
				stop := serveAt(t, register(t, methletPlugin{func(w *Response, r *http.Request) error {
					begun := time.Now()
					_, err := io.WriteString(w, "early")
					err = errors.Join(err, w.Close())
					took <- time.Since(begun)
					return err
				}}), l, mounted)
				client, server := newHalfConns(nil)
				l.conns <- server
				answer := awaitAnswer(client)
				fmt.Fprint(client, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
				for range 3 {
					time.Sleep(time.Second)
					if _, err := client.Write(make([]byte, 1e6)); err != nil {
						t.Error(err)
					}
				}
				if got, took := <-answer, <-took; got != "early<nil>" || took > 0 {
					t.Errorf("%s; the methlet waited for %v", got, took)
				}
				client.Close()
				stop()
			})
		})
	}
}
