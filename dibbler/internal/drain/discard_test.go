package drain

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A halfConn is one end of a connection in memory whose halves can be closed separately, as
// with TCP.
type halfConn struct {
	net.Conn          // reads
	out      net.Conn // writes
}

func (c *halfConn) Write(p []byte) (int, error)        { return c.out.Write(p) }
func (c *halfConn) CloseWrite() error                  { return c.out.Close() }
func (c *halfConn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }
func (c *halfConn) Close() error {
	_ = c.out.Close()
	return c.Conn.Close()
}

// dialHalf returns the client's end of a connection with halves.
func (l *pipeListener) dialHalf(t *testing.T) net.Conn {
	toServer, fromClient := net.Pipe()
	toClient, fromServer := net.Pipe()
	l.conns <- &halfConn{fromClient, toClient}
	client := &halfConn{fromServer, toServer}
	t.Cleanup(func() { client.Close() })
	return client
}

// endless is a body that never ends.
type endless struct{ sent int }

func (e *endless) Read(p []byte) (int, error) {
	e.sent += len(p)
	return len(p), nil
}

// answerEarly sends a header, and reads the answer and its end, which come at once, before the
// end of the body.
func answerEarly(t *testing.T, conn net.Conn, header string) {
	t.Helper()
	begun := time.Now()
	go io.WriteString(conn, header)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(resp.Body); string(b) != "hello" || err != nil || !resp.Close {
		t.Errorf("answered %q, %v, Close: %v", b, err, resp.Close)
	}
	if _, err := in.ReadByte(); err != io.EOF {
		t.Error("the sending half is open: ", err)
	}
	if took := time.Since(begun); took > 0 {
		t.Errorf("the answer ended after %v, want at once", took)
	}
}

func TestDiscard(t *testing.T) {
	const header = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n"
	for name, test := range map[string]struct {
		send  func(conn net.Conn, s *service) (sent int64)
		sent  int64
		limit time.Duration
	}{
		"stalled": {func(net.Conn, *service) int64 { return 0 }, 0, DiscardTime},
		"slow": {func(conn net.Conn, s *service) (sent int64) {
			for {
				n, err := conn.Write(make([]byte, 1))
				if sent += int64(n); err != nil {
					return sent
				}
				time.Sleep(time.Second)
			}
		}, 30, DiscardTime},
		"endless": {func(conn net.Conn, s *service) int64 {
			sent, _ := io.Copy(conn, new(endless))
			return sent
		}, DiscardBytes, 0},
		"while ending": {func(conn net.Conn, s *service) int64 {
			s.Drain()
			if n := len(s.Unfinished()); n > 0 {
				t.Errorf("unfinished after the answer: %q", s.Unfinished())
			}
			return 0
		}, 0, drainDiscardTime},
		"client closes": {func(conn net.Conn, s *service) int64 {
			conn.Close()
			return 0
		}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				s := serve(t, Config{}, hello, l)
				conn := l.dialHalf(t)
				answerEarly(t, conn, header)
				begun := time.Now()
				sent := test.send(conn, s)
				s.gone(t)
				took := time.Since(begun)
				if took < test.limit || took > test.limit+time.Second || sent < test.sent || sent > test.sent+64<<10 {
					t.Errorf("%d bytes were read within %v, want %d and %v", sent, took, test.sent, test.limit)
				}
				s.end(t)
				time.Sleep(time.Second) // net/http sleeps for half a second
			})
		})
	}
}

// The server itself would wait for the rest of a chunked body before it ends its last answer.
func TestDiscard_chunked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := serve(t, Config{}, hello, l)
		answerEarly(t, l.dialHalf(t), "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
		s.end(t)
		time.Sleep(time.Second) // net/http sleeps for half a second
	})
}

// gone waits until all connections are closed.
func (s *service) gone(t *testing.T) {
	t.Helper()
	for range 3600 {
		if synctest.Wait(); len(s.conns.all()) == 0 {
			return
		}
		time.Sleep(time.Second / 10)
	}
	t.Error("a connection is open")
}

// A deadline that the handler has set for the body does not end the discarding of its rest.
func TestDiscard_deadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).SetReadDeadline(time.Now()); err != nil {
				t.Error(err)
			}
			if _, err := io.Copy(io.Discard, r.Body); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("reading the body: %v", err)
			}
			hello(w, r)
		}, l)
		conn := l.dialHalf(t)
		answerEarly(t, conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
		if _, err := conn.Write(make([]byte, 1000)); err != nil {
			t.Errorf("sending the body after the answer: %v", err)
		}
		s.gone(t)
		s.end(t)
		time.Sleep(time.Second) // net/http sleeps for half a second
	})
}

// If the body was read, nothing is discarded.
func TestDiscard_bodyRead(t *testing.T) {
	for name, request := range map[string]string{
		"length":  "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
		"no body": "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				s := serve(t, Config{}, hello, l)
				conn := l.dialHalf(t)
				answerEarly(t, conn, request)
				begun := time.Now()
				s.gone(t)
				if took := time.Since(begun); took > 0 {
					t.Errorf("the connection was open for %v", took)
				}
				s.end(t)
			})
		})
	}
}

// The client also gets the server's own answer to a request that cannot be parsed, while it
// is still sending.
func TestDiscard_badRequest(t *testing.T) {
	s := serve(t, Config{}, hello, loopback(t))
	conn := dial(t, s.Addr())
	sent := make(chan error)
	go func() {
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nno field\r\n\r\n")
		for range 64 {
			if err == nil {
				_, err = conn.Write(make([]byte, 1<<20))
			}
		}
		sent <- err
	}()
	if err := <-sent; err != nil {
		t.Error(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != 400 {
		t.Errorf("answered %v, %v, want status 400", resp, err)
	}
}
