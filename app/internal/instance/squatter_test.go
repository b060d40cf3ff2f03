package instance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A squatter answers on a port that a crashed instance has left behind. It
// returns what it sends after the first line it gets, and whether it stays.
var squatters = map[string]func(line []byte) (send []byte, stays bool){
	"silent":  func([]byte) ([]byte, bool) { return nil, true },
	"closing": func([]byte) ([]byte, bool) { return nil, false },
	"echoing": func(line []byte) ([]byte, bool) { return line, true },
	"HTTP": func([]byte) ([]byte, bool) {
		return []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), false
	},
	"endless": func([]byte) ([]byte, bool) { return bytes.Repeat([]byte("x"), 1<<20), true },
	"without the key": func([]byte) ([]byte, bool) {
		line, _ := json.Marshal(frame{Nonce: newSecret(), MAC: newSecret()})
		return append(line, '\n'), true
	},
	"saying yes": func([]byte) ([]byte, bool) {
		return []byte(strings.Repeat("{\"Text\":\"eWVz\"}\n", 2)), true
	},
	"without a proof": func([]byte) ([]byte, bool) {
		line, _ := json.Marshal(frame{Nonce: newSecret()})
		return append(line, '\n'), true
	},
}

// squat leaves an address in the folder on which the squatter listens, and
// returns what is sent to it, connection by connection.
func squat(t *testing.T, dir string, answer func([]byte) ([]byte, bool)) <-chan []byte {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stale := address{listener.Addr().(*net.TCPAddr).Port, newSecret()}
	if err := stale.write(filepath.Join(dir, addressName)); err != nil {
		t.Fatal(err)
	}
	got := make(chan []byte, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(got)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			in := bufio.NewReader(conn)
			line, _ := in.ReadBytes('\n')
			send, stays := answer(line)
			conn.Write(send)
			if stays {
				rest, _ := io.ReadAll(in) // until the launch gives up
				line = append(line, rest...)
			}
			conn.Close()
			got <- line
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return got
}

func TestASquatterOnAStalePortGetsNothingAndDelaysNobodyForEver(t *testing.T) {
	for name, answer := range squatters {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			lock := hold(t, dir)
			got := squat(t, dir, answer)
			sent := startLater(t.Context(), t, dir)
			line := <-got
			var f frame
			if err := json.Unmarshal(line, &f); err != nil || len(f.Nonce) != secretSize || f.MAC != nil || f.Text != nil {
				t.Errorf("the squatter got %q, want one line with a nonce", line)
			}
			i, err := listen(lock, dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer i.Close()
			(<-i.Messages()).Reply("here")
			if got := <-sent; got.answer != "here" || got.err != nil {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// dial connects to the instance as somebody who knows its port.
func dial(t *testing.T, i *Instance) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp4", i.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// refused fails the test unless the instance closes the connection and has
// received nothing.
func refused(t *testing.T, i *Instance, conn net.Conn) {
	t.Helper()
	closed := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, conn); closed <- err }()
	select {
	case m := <-i.Messages():
		t.Errorf("it received %q", m.Command)
		m.Reply("")
		<-closed
	case <-closed:
	}
}

func TestWithoutTheKeyNothingIsReceived(t *testing.T) {
	i := first(t, t.TempDir())
	for name, key := range map[string][]byte{"another": newSecret(), "empty": nil, "zero": make([]byte, secretSize)} {
		conn := dial(t, i)
		c := newChannel(conn, key)
		if err := c.introduce(); !errors.Is(err, errProof) {
			t.Errorf("%s key: the instance passes for another: %v", name, err)
		}
		// An intruder goes on all the same.
		if err := c.send(frame{Text: []byte("quit"), MAC: c.mac(forCommand, []byte("quit"))}); err != nil {
			t.Fatal(err)
		}
		refused(t, i, conn)
	}
}

func TestWhatTheInstanceSendsIsNoProofWhenSentBack(t *testing.T) {
	i := first(t, t.TempDir())
	conn := dial(t, i)
	c := newChannel(conn, nil)
	c.launch = newSecret()
	if err := c.send(frame{Nonce: c.launch}); err != nil {
		t.Fatal(err)
	}
	f, err := c.receive()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.send(f); err != nil {
		t.Fatal(err)
	}
	refused(t, i, conn)
}

// tap records what is written to a connection.
type tap struct {
	net.Conn
	out bytes.Buffer
}

func (t *tap) Write(p []byte) (int, error) {
	t.out.Write(p)
	return t.Conn.Write(p)
}

func TestARecordedConversationIsNoProof(t *testing.T) {
	i := first(t, t.TempDir())
	recorder := &tap{Conn: dial(t, i)}
	c := newChannel(recorder, i.here.key)
	if err := c.introduce(); err != nil {
		t.Fatal(err)
	}
	sent := later(t, func() outcome {
		got, err := c.command("open")
		return outcome{nil, got.text, err}
	})
	(<-i.Messages()).Reply("once")
	if got := <-sent; got.answer != "once" || got.err != nil {
		t.Fatalf("got %+v", got)
	}
	conn := dial(t, i)
	if _, err := conn.Write(recorder.out.Bytes()); err != nil {
		t.Fatal(err)
	}
	refused(t, i, conn)
}

func TestAnAnswerThatWasChangedIsNotBelieved(t *testing.T) {
	there, here := net.Pipe()
	defer there.Close()
	defer here.Close()
	key := newSecret()
	instance, launch := newChannel(there, key), newChannel(here, key)
	go func() {
		instance.receive()
		honest := []byte("opened")
		instance.send(frame{Text: honest, Declined: true, MAC: instance.mac(forReply, honest)})
	}()
	if got, err := launch.command("open"); !errors.Is(err, errProof) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestStrangeLinesAreRefused(t *testing.T) {
	i := first(t, t.TempDir())
	for _, text := range strangeLines {
		conn := dial(t, i)
		go conn.Write([]byte(text))
		refused(t, i, conn)
	}
}

var strangeLines = []string{
	"\n", "{}\n", "null\n", "[]\n", "hello\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	`{"Nonce":"AAAA"}` + "\n", `{"Nonce":"!"}` + "\n", `{"Nonce":1}` + "\n",
	`{"Nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}` + "\n\n",
	`{"Nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}` + "\n{}\n",
	`{"Nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}` + "\n" + `{"Text":"cXVpdA=="}` + "\n",
	strings.Repeat("x", 3*maxLine), strings.Repeat("[", maxLine-2) + "\n",
}

func FuzzInstance(f *testing.F) {
	for _, seed := range strangeLines {
		f.Add([]byte(seed))
	}
	dir, err := os.MkdirTemp("", "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	i, _, err := Start(f.Context(), dir, "open", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		i.Close()
		os.RemoveAll(dir)
	})
	f.Fuzz(func(t *testing.T, text []byte) {
		conn := dial(t, i).(*net.TCPConn)
		conn.Write(text)
		conn.CloseWrite()
		refused(t, i, conn)
	})
}

func TestSilentConnectionsDoNotKeepItFromEnding(t *testing.T) {
	i := first(t, t.TempDir())
	for range maxGreetings + 5 {
		dial(t, i)
	}
	conn := dial(t, i)
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection is still open: %v", err)
	}
}
