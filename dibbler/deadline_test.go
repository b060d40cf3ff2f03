package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// The connections of a pipeListener are in memory, so that synctest controls their time.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipeListener() *pipeListener {
	return &pipeListener{make(chan net.Conn), make(chan struct{})}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.closed); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (l *pipeListener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

// A slowReader yields n bytes in pieces, with a pause before each.
type slowReader struct {
	n, piece int
	every    time.Duration
}

func (r *slowReader) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	time.Sleep(r.every)
	n := min(r.n, r.piece, len(p))
	r.n -= n
	return n, nil
}

// inBubble serves page to client over a connection in memory, in a synctest bubble.
func inBubble(t *testing.T, page func(w *Response, r *http.Request) error, client func(net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := register(t, methletPlugin{page})
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s)
		conn := l.dial()
		client(conn)
		conn.Close()
		e.Stop()
		e.wantEnd()
	})
}

func TestSlowAnswer(t *testing.T) {
	const size = 80 << 10
	inBubble(t, func(w *Response, r *http.Request) error {
		_, err := io.Copy(w, &slowReader{size, 8 << 10, writeTimeout / 2})
		return err
	}, func(conn net.Conn) {
		request(conn, "/page")
		if body, err := answered(conn); len(body) != size {
			t.Errorf("%d bytes, %v", len(body), err)
		}
	})
}

func TestSlowReader(t *testing.T) {
	const size = 20 * writeChunk
	inBubble(t, func(w *Response, r *http.Request) error {
		_, err := w.Write(make([]byte, size))
		return err
	}, func(conn net.Conn) {
		request(conn, "/page")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		buf, n := make([]byte, writeChunk), 0
		for {
			time.Sleep(writeTimeout / 3)
			m, err := io.ReadFull(resp.Body, buf)
			n += m
			if err != nil {
				break
			}
		}
		if n != size {
			t.Errorf("%d bytes of %d", n, size)
		}
	})
}

// TestNextAnswer_deadline checks that the deadline of one answer does not apply to
// the next one, not even to one that net/http itself sends.
func TestNextAnswer_deadline(t *testing.T) {
	inBubble(t, func(w *Response, r *http.Request) error {
		_, err := w.WriteString("hello")
		return err
	}, func(conn net.Conn) {
		in := bufio.NewReader(conn)
		status := func() int {
			resp, _ := readAnswer(t, in)
			return resp.StatusCode
		}
		request(conn, "/page")
		if got := status(); got != 200 {
			t.Errorf("the first answer has status %d, want 200", got)
		}
		time.Sleep(writeTimeout - headerTimeout/2)
		fmt.Fprint(conn, "GET /page HTTP/1.1\r\n")
		time.Sleep(headerTimeout - time.Second)
		fmt.Fprint(conn, "Host: x\r\nno header\r\n\r\n")
		if got := status(); got != 400 {
			t.Errorf("the bad request has status %d, want 400", got)
		}
	})
}

func TestSlowAndStalledUploads(t *testing.T) {
	for _, stalls := range []bool{false, true} {
		var n int64
		var got error
		inBubble(t, func(w *Response, r *http.Request) error {
			n, got = io.Copy(io.Discard, r.Body)
			return got
		}, func(conn net.Conn) {
			go io.Copy(io.Discard, conn)
			fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
			for range 5 {
				time.Sleep(readTimeout / 2)
				conn.Write(make([]byte, 1))
			}
			if stalls {
				time.Sleep(2 * readTimeout)
				return
			}
			for range 5 {
				time.Sleep(readTimeout / 2)
				conn.Write(make([]byte, 1))
			}
			time.Sleep(time.Second)
		})
		if stalls && !errors.Is(got, os.ErrDeadlineExceeded) || !stalls && (got != nil || n != 10) {
			t.Errorf("stalls %v: %d bytes, %v", stalls, n, got)
		}
	}
}

// A read deadline that an author sets is kept in a server that limits only writing.
func TestDeadlines_authorWithWriteTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer time.Sleep(time.Second) // net/http sleeps for half a second
		const own = 3 * time.Second
		took := make(chan time.Duration, 1)
		l := newPipeListener()
		web := &http.Server{WriteTimeout: time.Hour, Handler: register(t, methletPlugin{func(w *Response, r *http.Request) error {
			begun := time.Now()
			if err := http.NewResponseController(w).SetReadDeadline(begun.Add(own)); err != nil {
				t.Error(err)
			}
			_, err := io.Copy(io.Discard, r.Body)
			took <- time.Since(begun)
			return err
		}})}
		go web.Serve(l)
		defer web.Close()
		conn := l.dial()
		defer conn.Close()
		fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
		time.Sleep(2 * time.Second) // longer than extend waits
		fmt.Fprint(conn, "x")
		if took := <-took; took != own {
			t.Errorf("reading failed after %v, want %v", took, own)
		}
	})
}

// A deadline that an author sets is kept, whether it is shorter or longer than the default.
func TestDeadlines_author(t *testing.T) {
	for _, own := range []time.Duration{time.Second, time.Hour} {
		for _, mounted := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v/mounted=%v", own, mounted), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					defer time.Sleep(time.Second) // net/http sleeps for half a second
					var reading, writing time.Duration
					done := make(chan bool)
					l := newPipeListener()
					stop := serveAt(t, register(t, methletPlugin{func(w *Response, r *http.Request) error {
						defer close(done)
						rc, begun := http.NewResponseController(w), time.Now()
						if err := errors.Join(rc.SetReadDeadline(begun.Add(own)), rc.SetWriteDeadline(begun.Add(3*own))); err != nil {
							t.Error(err)
						}
						_, err := io.Copy(io.Discard, r.Body)
						reading = time.Since(begun)
						if !errors.Is(err, os.ErrDeadlineExceeded) {
							t.Error(err)
						}
						_, err = w.Write(make([]byte, 3*writeChunk))
						writing = time.Since(begun)
						return err
					}}), l, mounted)
					conn := l.dial()
					fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
					if own > time.Minute {
						time.Sleep(2 * time.Second) // longer than extend waits
						fmt.Fprint(conn, "x")
					}
					<-done
					if reading != own || writing != 3*own {
						t.Errorf("read failed after %v, write after %v, want %v and %v", reading, writing, own, 3*own)
					}
					conn.Close()
					stop()
				})
			})
		}
	}
}
