package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A client that waits for "100 Continue" gets a refusal at once. A client that does not wait
// gets it before it has sent everything.
func TestEarlyRefusal(t *testing.T) {
	for _, page := range []string{"login", "missing", "forbidden"} {
		for _, header := range []string{"Content-Length: 1000000", "Content-Length: 1000", "Content-Length: 1000000\r\nExpect: 100-continue", "Content-Length: 1000\r\nExpect: 100-continue", "Transfer-Encoding: chunked\r\nExpect: 100-continue"} {
			for _, mounted := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%.60q/mounted=%v", page, header, mounted), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { testEarlyRefusal(t, page, header, mounted) })
				})
			}
		}
	}
}

func testEarlyRefusal(t *testing.T, page, header string, mounted bool) {
	defer time.Sleep(time.Second) // net/http sleeps for half a second
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		return &Error{Status: 403, Err: errors.New("no")}
	}})
	want := map[string]int{"login": 401, "missing": 404, "forbidden": 403}[page]
	if page == "login" {
		s.Auth = &Basic{}
	}
	if page == "forbidden" {
		page = "page"
	}
	l := newPipeListener()
	stop := serveAt(t, s, l, mounted)
	defer stop()
	client, server := newHalfConns(nil)
	defer client.Close()
	l.conns <- server
	begun := time.Now()
	fmt.Fprintf(client, "POST /%s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", page, header)
	resp, err := http.ReadResponse(bufio.NewReader(client), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	waits := header == "Content-Length: 1000" // net/http reads a small body to keep the connection
	if took := time.Since(begun); resp.StatusCode != want || err != nil || took > 0 && !waits {
		t.Errorf("status %d, %v, after %v, want %d at once", resp.StatusCode, err, took, want)
	}
}

// serveAt serves s on l, in a Context or mounted in another server, until stop is called.
func serveAt(t *testing.T, s *Server, l net.Listener, mounted bool) (stop func()) {
	if !mounted {
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s)
		return func() {
			e.Stop()
			e.wantEnd()
		}
	}
	web := &http.Server{Handler: s, ReadHeaderTimeout: headerTimeout, IdleTimeout: time.Minute}
	done := make(chan bool)
	go func() {
		defer close(done)
		_ = web.Serve(l)
	}()
	return func() {
		web.Close()
		<-done
	}
}
