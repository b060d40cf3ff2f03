package instance

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// TestSquatter: another program listens on the port of a crashed instance while the next
// instance starts. It can read only a nonce, is not trusted, and does not delay launches
// for long.
func TestSquatter(t *testing.T) {
	for name, squatter := range map[string]struct {
		sends []byte
		stays bool
	}{
		"silent":          {nil, true},
		"closing":         {nil, false},
		"HTTP":            {[]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), false},
		"endless":         {bytes.Repeat([]byte("x"), 1<<20), true},
		"without a key":   {append(newSecret(), newSecret()...), true},
		"without a proof": {newSecret(), true},
		"zeros":           {make([]byte, 200), true},
		"echoing":         {[]byte("echo"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			lock := hold(t, dir)
			listener, err := net.Listen("tcp4", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			if err := newAddress(listener.Addr().(*net.TCPAddr).Port).write(dir); err != nil {
				t.Fatal(err)
			}
			next := launch(t, dir)

			conn, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			nonce := make([]byte, secretSize)
			if _, err := io.ReadFull(conn, nonce); err != nil {
				t.Fatal(err)
			}
			if name == "echoing" {
				squatter.sends = append(nonce, nonce...)
			}
			conn.Write(squatter.sends)
			if squatter.stays {
				if rest, _ := io.ReadAll(conn); len(rest) != 0 { // until the launch closes the connection
					t.Errorf("the squatter read %q", rest)
				}
			}
			conn.Close()

			i, err := listen([]*flock.Flock{lock}, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer i.Close()
			go i.serveEcho()
			wantAnswer(t, <-next, "open")
		})
	}
}

// dial connects to the port of the instance, without its key.
func dial(t *testing.T, i *Instance) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp4", i.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// wantClosed fails the test unless the instance closes the connection.
func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection is still open")
	}
}

// startGuarded starts an instance. The test fails if the instance receives a command.
func startGuarded(t *testing.T) *Instance {
	i := start(t, t.TempDir())
	go i.Serve(func(command string) (string, bool) {
		t.Errorf("the instance received %q", command)
		return "", true
	})
	return i
}

// A recorder records the data that is written to a connection.
type recorder struct {
	net.Conn
	written bytes.Buffer
}

func (r *recorder) Write(p []byte) (int, error) {
	r.written.Write(p)
	return r.Conn.Write(p)
}

func TestStranger(t *testing.T) {
	for name, key := range map[string][]byte{"another key": newSecret(), "empty key": nil, "zero key": make([]byte, secretSize)} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, startGuarded(t))
			c := &channel{Conn: conn, key: key}
			if _, err := c.exchange("quit"); !errors.Is(err, errProof) {
				t.Errorf("the instance proves to be another: %v", err)
			}
			// Continue in spite of the error.
			c.Write(appendText(c.proof(launchSide), "quit"))
			wantClosed(t, conn)
		})
	}
	t.Run("the instance's proof sent back", func(t *testing.T) {
		conn := dial(t, startGuarded(t))
		c := &channel{Conn: conn}
		c.Write(newSecret())
		said, err := c.read(2 * secretSize)
		if err != nil {
			t.Fatal(err)
		}
		c.Write(appendText(said[secretSize:], "quit"))
		wantClosed(t, conn)
	})
	t.Run("a recorded conversation", func(t *testing.T) {
		i := start(t, t.TempDir())
		commands := make(chan string, 2)
		go i.Serve(func(command string) (string, bool) { commands <- command; return "", true })
		r := &recorder{Conn: dial(t, i)}
		if _, err := (&channel{Conn: r, key: i.here.Key}).exchange("open"); err != nil {
			t.Fatal(err)
		}
		conn := dial(t, i)
		if _, err := conn.Write(r.written.Bytes()); err != nil {
			t.Fatal(err)
		}
		wantClosed(t, conn)
		if len(commands) != 1 {
			t.Errorf("%d commands were received", len(commands))
		}
	})
}

func FuzzInstance(f *testing.F) {
	for _, seed := range []string{"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", strings.Repeat("\x00", 64), strings.Repeat("\xff", 1<<20)} {
		f.Add([]byte(seed))
	}
	dir, err := os.MkdirTemp("", "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	i, _, err := Start(f.Context(), []string{dir}, say("open"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		i.Close()
		os.RemoveAll(dir)
	})
	go i.Serve(func(command string) (string, bool) { panic("received " + command) })
	f.Fuzz(func(t *testing.T, text []byte) {
		conn := dial(t, i).(*net.TCPConn)
		conn.Write(text)
		conn.CloseWrite()
		wantClosed(t, conn)
	})
}
