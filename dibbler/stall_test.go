package dibbler

import (
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A halfConn is one end of a connection in memory whose halves can be closed separately, as
// with TCP. It has no buffer: each byte waits for its reader.
type halfConn struct {
	net.Conn             // reads
	out      net.Conn    // writes
	onClose  chan<- bool // receives a value for each Close, if not nil
}

func newHalfConns(onClose chan<- bool) (client, server net.Conn) {
	a1, a2 := net.Pipe()
	b1, b2 := net.Pipe()
	return &halfConn{a1, b1, nil}, &halfConn{b2, a2, onClose}
}

func (c *halfConn) Write(p []byte) (int, error)        { return c.out.Write(p) }
func (c *halfConn) CloseWrite() error                  { return c.out.Close() }
func (c *halfConn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }
func (c *halfConn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}
func (c *halfConn) Close() error {
	if c.onClose != nil {
		c.onClose <- true
	}
	_ = c.out.Close()
	return c.Conn.Close()
}

type stallPages struct{}

// OnForm reads a form with a file.
func (stallPages) OnForm(w *Response, r *http.Request, form struct {
	A    string
	File *multipart.FileHeader
}) error {
	_, err := io.WriteString(w, "read")
	return err
}

// OnRead reads the body.
func (stallPages) OnRead(w *Response, r *http.Request) error {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err
	}
	_, err := io.WriteString(w, "read")
	return err
}

// OnStubborn continues to read after errors.
func (stallPages) OnStubborn(w *Response, r *http.Request) error {
	for range 100 {
		_, _ = r.Body.Read(make([]byte, 1))
	}
	_, err := io.WriteString(w, "read")
	return err
}

// OnIgnore does not read the body.
func (stallPages) OnIgnore(w *Response, r *http.Request) error {
	_, err := io.WriteString(w, "ignored")
	return err
}

// OnFlush answers first.
func (stallPages) OnFlush(w *Response, r *http.Request) error {
	_, _ = io.WriteString(w, "first")
	w.Flush()
	_, err := io.Copy(io.Discard, r.Body)
	return err
}

// OnClose answers, calls Close and continues.
func (stallPages) OnClose(w *Response, r *http.Request) error {
	_, _ = io.WriteString(w, "first")
	return w.Close()
}

// OnLarge has a large answer.
func (stallPages) OnLarge(w *Response, r *http.Request) error {
	_, err := w.Write(make([]byte, 3<<20))
	return err
}

func (stallPages) OnExit(w *Response, r *http.Request) error {
	runtime.Goexit()
	return nil
}

func (stallPages) OnPanic(w *Response, r *http.Request) error { panic("asked for") }

// stalls are the bytes that clients send before they stall. PAGE stands for the page's name.
var stalls = func() map[string]string {
	const chunked, form, multi = "Transfer-Encoding: chunked\r\n", "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: multipart/form-data; boundary=b\r\n"
	const part = "--b\r\nContent-Disposition: form-data; name=\"File\"; filename=\"f\"\r\n"
	return map[string]string{
		"nothing":        "",
		"line":           "POST /PAGE HT",
		"header":         "POST /PAGE HTTP/1.1\r\nHost: x\r\n",
		"no_body":        "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000\r\n\r\n",
		"length":         "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000\r\n\r\nA=b",
		"large_length":   "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000000\r\n\r\nA=b",
		"too_large":      "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000000000\r\n\r\nA=b",
		"no_chunk":       "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + chunked + "\r\n",
		"chunk":          "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + chunked + "\r\n5\r\nA=b",
		"between_chunks": "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + chunked + "\r\n3\r\nA=b\r\n",
		"trailer":        "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + chunked + "\r\n3\r\nA=b\r\n0\r\nX: ",
		"part_header":    "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + multi + "Content-Length: 1000\r\n\r\n" + part,
		"part":           "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + multi + "Content-Length: 1000\r\n\r\n" + part + "\r\nabc",
		"chunked_part":   "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + multi + chunked + "\r\n70\r\n" + part,
		"expect":         "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
		"expect_chunked": "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + chunked + "Expect: 100-continue\r\n\r\n",
		"HTTP_1.0":       "POST /PAGE HTTP/1.0\r\n" + form + "Content-Length: 1000\r\n\r\nA=b",
		"whole":          "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 3\r\n\r\nA=b",
		"next_line":      "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 3\r\n\r\nA=bGET",
		"next_length":    "POST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 3\r\n\r\nA=bPOST /PAGE HTTP/1.1\r\nHost: x\r\n" + form + "Content-Length: 1000\r\n\r\nA=b",
	}
}()

var stallPageNames = []string{"form", "read", "stubborn", "ignore", "flush", "close", "large", "panic", "exit", "missing", "login"}

// Each client sends something and then nothing, and reads or does not. Its connection must be
// closed within the limits, in a Context and in another server.
func TestStalledClients(t *testing.T) {
	for _, page := range stallPageNames {
		for stall, sent := range stalls {
			for _, reads := range []bool{true, false} {
				for _, mounted := range []bool{false, true} {
					if mounted && !strings.Contains(sent, "\r\n\r\n") {
						continue // net/http refuses it
					}
					t.Run(fmt.Sprintf("%s/%s/reads=%v/mounted=%v", page, stall, reads, mounted), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							testStall(t, page, strings.ReplaceAll(sent, "PAGE", page), reads, mounted)
						})
					})
				}
			}
		}
	}
}

func newStallServer(t *testing.T, page string) *Server {
	s := register(t, stallPages{})
	if page == "login" {
		s.Auth = &Basic{Check: func(string, string) bool { return false }}
	}
	return s
}

func testStall(t *testing.T, page, sent string, reads, mounted bool) {
	defer time.Sleep(time.Second) // net/http sleeps for half a second
	l := newPipeListener()
	s := newStallServer(t, page)
	closed := make(chan bool, 10)
	defer serveAt(t, s, l, mounted)()
	client, server := newHalfConns(closed)
	l.conns <- server
	defer client.Close()
	if sent != "" {
		go io.WriteString(client, sent)
	}
	if reads {
		go io.Copy(io.Discard, client)
	}
	begun := time.Now()
	select {
	case <-closed:
	case <-time.After(time.Hour):
		t.Fatal("the connection was never closed")
	}
	limit := readTimeout + 60*time.Second // idle
	if !reads {
		limit = readTimeout + writeTimeout
	}
	if took := time.Since(begun); took > limit+time.Second {
		t.Errorf("the connection was closed after %v, want %v at most", took, limit)
	}
}

// A client that has stalled delays shutdown up to DrainTimeout if its request is not answered,
// and is then listed in the CutError. It does not delay shutdown if it was answered or has sent
// nothing.
func TestStalledClients_whileEnding(t *testing.T) {
	for _, page := range stallPageNames {
		for stall, sent := range stalls {
			if page == "flush" || page == "exit" || page == "close" && strings.HasPrefix(stall, "next_") {
				continue // these answer at once and continue, do not answer, or close
			}
			t.Run(page+"/"+stall, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					testStallWhileEnding(t, strings.ReplaceAll(sent, "PAGE", page), newStallServer(t, page))
				})
			})
		}
	}
}

func testStallWhileEnding(t *testing.T, sent string, s *Server) {
	defer time.Sleep(time.Second) // net/http sleeps for half a second
	l := newPipeListener()
	s.Listeners = []net.Listener{l}
	e := start(t, &Context{DrainTimeout: headerTimeout / 2}, s)
	client, server := newHalfConns(nil)
	l.conns <- server
	defer client.Close()
	if sent != "" {
		go io.WriteString(client, sent)
	}
	got := new(strings.Builder)
	read := make(chan bool)
	go func() {
		defer close(read)
		_, _ = io.Copy(got, client)
	}()
	synctest.Wait()
	before := answersIn(got.String())
	begun := time.Now()
	e.Stop()
	err := e.wait()
	took := time.Since(begun)
	<-read
	// A partial header may still become a request.
	arriving := sent != "" && !strings.Contains(sent, "\r\n\r\n") || strings.HasSuffix(sent, "GET")
	requests, answered := 0, answersIn(got.String())
	if !arriving || strings.HasSuffix(sent, "GET") {
		requests = strings.Count(sent, " HTTP/1.1\r\n") + strings.Count(sent, " HTTP/1.0\r\n")
	}
	switch {
	case before == requests && !arriving && (err != nil || took > time.Second):
		t.Errorf("all requests were answered, but shutdown took %v: %v", took, err)
	case took > headerTimeout/2+cutTimeout:
		t.Errorf("shutdown took %v", took)
	case err != nil && answered == requests && !arriving:
		t.Errorf("all requests were answered, but Run returned %v", err)
	case err == nil && answered < requests:
		t.Errorf("%d of %d requests were answered, but Run returned no error", answered, requests)
	}
}

// answersIn counts the answers that have begun, without "100 Continue".
func answersIn(got string) int {
	return strings.Count(got, "HTTP/1.1 ") + strings.Count(got, "HTTP/1.0 ") - strings.Count(got, " 100 Continue")
}
