package drain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// This function sleeps for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// A service runs a Listener until the test ends.
type service struct {
	*Listener
	done   chan struct{} // closed after Run has returned err
	err    error
	mu     sync.Mutex
	log    strings.Builder
	failed []error
}

func (s *service) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

// logged returns the log.
func (s *service) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

type connKey struct{}

// serve serves HTTP on ls.
func serve(t *testing.T, config Config, handler http.HandlerFunc, ls ...net.Listener) *service {
	s := newService(config, ls...)
	web := &http.Server{
		ConnState: ConnState,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := r.Context().Value(connKey{}).(*Conn)
			if c.Begin(r.Method, r.URL.Path, r.ContentLength) {
				defer c.End()
			}
			if c.IsLast() {
				w.Header().Set("Connection", "close")
			}
			handler(w, r)
		}),
	}
	s.run(t, func(l net.Listener) { _ = web.Serve(l) })
	return s
}

// serveOpaque serves another protocol on ls.
func serveOpaque(t *testing.T, config Config, handle func(*Conn), ls ...net.Listener) *service {
	config.Opaque = true
	s := newService(config, ls...)
	s.run(t, func(l net.Listener) {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if c := c.(*Conn); c.Admit() {
					handle(c)
				}
			}()
		}
	})
	return s
}

func newService(config Config, ls ...net.Listener) *service {
	s := &service{done: make(chan struct{})}
	config.Logger = func() *slog.Logger { return slog.New(slog.NewTextHandler(s, nil)) }
	config.Fail = func(err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = append(s.failed, err)
	}
	s.Listener = New(ls, config)
	return s
}

func (s *service) run(t *testing.T, accept func(net.Listener)) {
	go func() {
		defer close(s.done)
		s.err = s.Run(accept)
	}()
	t.Cleanup(func() {
		s.Cut()
		<-s.done
	})
}

// end ends the service, and fails the test if there is an error.
func (s *service) end(t *testing.T) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s.Drain()
	<-s.done
	if s.err != nil {
		t.Error(s.err)
	}
}

func hello(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// accepted returns the two ends of a connection.
func accepted(t *testing.T) (server, client net.Conn) {
	t.Helper()
	l := loopback(t)
	defer l.Close()
	client = dial(t, l.Addr())
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, client
}

func dial(t *testing.T, addr net.Addr) net.Conn {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// wantAnswer fails the test if the next answer on conn is not want.
func wantAnswer(t *testing.T, conn net.Conn, want string) *http.Response {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal("no answer: ", err)
	}
	b, err := io.ReadAll(resp.Body)
	if string(b) != want || err != nil {
		t.Fatalf("answered %q, %v, want %q", b, err, want)
	}
	return resp
}

// wantClosed fails the test if conn is not closed by the other end.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	if b, err := io.ReadAll(conn); len(b) > 0 || err != nil {
		t.Errorf("%q, %v, want EOF", b, err)
	}
}

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
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }

func (l *pipeListener) dial(t *testing.T) net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	t.Cleanup(func() { client.Close() })
	return client
}
