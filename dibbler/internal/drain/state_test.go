package drain

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// Each test brings a connection into one state, and its client then does nothing. The
// connection must be closed exactly when its limit is reached.
func TestConn_limits(t *testing.T) {
	limits := Limits{}.WithDefaults()
	answered := func(conn net.Conn) {
		io.WriteString(conn, get)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			panic(err)
		}
		io.Copy(io.Discard, resp.Body)
	}
	for name, test := range map[string]struct {
		client  func(net.Conn)
		handler http.HandlerFunc // hello if nil
		limit   time.Duration
	}{
		"new":       {client: func(net.Conn) {}, limit: limits.Header},
		"line":      {client: func(c net.Conn) { io.WriteString(c, "G") }, limit: limits.Header},
		"header":    {client: func(c net.Conn) { io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n") }, limit: limits.Header},
		"idle":      {client: answered, limit: limits.Idle},
		"next line": {client: func(c net.Conn) { answered(c); io.WriteString(c, "G") }, limit: limits.Header},
		"body": {
			client:  func(c net.Conn) { io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab") },
			handler: func(w http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) },
			limit:   limits.Read,
		},
		"unread body": {
			client: func(c net.Conn) { io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab") },
			limit:  limits.Read,
		},
		"answer": {
			client: func(c net.Conn) { io.WriteString(c, get) },
			handler: func(w http.ResponseWriter, r *http.Request) {
				if _, err := w.Write(make([]byte, 1<<20)); err == nil {
					t.Error("Write: no error, although the client has not read")
				}
			},
			limit: limits.Write,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler := test.handler
				if handler == nil {
					handler = hello
				}
				l := newPipeListener()
				s := serve(t, Config{}, handler, l)
				conn := l.dial(t)
				test.client(conn)
				if name != "answer" {
					go io.Copy(io.Discard, conn)
				}
				synctest.Wait()
				begun := time.Now()
				for len(s.conns.all()) > 0 {
					time.Sleep(time.Second)
				}
				if took := time.Since(begun); took < test.limit || took > test.limit+time.Second {
					t.Errorf("the connection was closed after %v, want %v", took, test.limit)
				}
				s.end(t)
			})
		})
	}
}

// While the service ends, and while other connections wait, a client has less time, and an
// answered request does not count as unfinished.
func TestConn_limitsWhileEnding(t *testing.T) {
	for name, test := range map[string]struct {
		sent       string
		idle       time.Duration // before Drain
		limit      time.Duration
		unfinished bool
	}{
		"just connected": {limit: GracePeriod},
		"idle":           {idle: time.Second},
		"just answered":  {sent: get, limit: GracePeriod},
		"header":         {sent: "GET / HTTP/1.1\r\n", limit: 10 * time.Second, unfinished: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				s := serve(t, Config{}, hello, l)
				conn := l.dial(t)
				io.WriteString(conn, test.sent)
				go io.Copy(io.Discard, conn)
				time.Sleep(test.idle)
				synctest.Wait()
				begun := time.Now()
				s.Drain()
				if n := len(s.Unfinished()); (n > 0) != test.unfinished {
					t.Errorf("unfinished: %q", s.Unfinished())
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				<-s.done
				if took := time.Since(begun); took != test.limit {
					t.Errorf("shutdown took %v, want %v", took, test.limit)
				}
			})
		})
	}
}

// One timer is used for all connections. It is stopped while no connection has a limit.
func TestConns_timer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		release := make(chan bool)
		s := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-release // an event stream
		}, l)
		conn := l.dial(t)
		io.WriteString(conn, get)
		go io.Copy(io.Discard, conn)
		time.Sleep(time.Hour)
		if wake := time.Duration(s.conns.wake.Load()); wake != never {
			t.Errorf("the timer fires at %v", wake)
		}
		close(release)
		s.end(t)
	})
}

// A Read of an opaque protocol has no limit until the service ends.
func TestConn_opaque(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		var took []time.Duration
		s := serveOpaque(t, Config{}, func(c *Conn) {
			for range 3 {
				begun := time.Now()
				_, err := c.Read(make([]byte, 1))
				took = append(took, time.Since(begun))
				if net, ok := err.(net.Error); err != nil && !(ok && net.Timeout()) {
					t.Error(err)
				}
			}
		}, l)
		conn := l.dial(t)
		time.Sleep(time.Hour)
		io.WriteString(conn, "a")
		synctest.Wait()
		time.Sleep(time.Minute)
		s.end(t)
		if want := []time.Duration{time.Hour, time.Minute + GracePeriod, GracePeriod}; fmt.Sprint(took) != fmt.Sprint(want) {
			t.Errorf("reads took %v, want %v", took, want)
		}
	})
}
