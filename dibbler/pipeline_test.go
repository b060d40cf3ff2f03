package dibbler

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestPipeline(t *testing.T) {
	const n = 500 // more than the server reads at once
	p := newSlow(1)
	s, e := serve(t, p, &pages1{})
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"+strings.Repeat("GET /first HTTP/1.1\r\nHost: x\r\n\r\n", n))
	<-p.begun
	e.Stop()
	<-e.Stopping()
	close(p.end)
	in := bufio.NewReader(conn)
	for i := range 1 + n {
		if resp, _ := readAnswer(t, in); resp.Close != (i == n) {
			t.Fatalf("request %d of %d: %v", i, n, resp.Header)
		}
	}
	e.wantEnd()
}

// A middleware can close a connection.
func TestWrap_close(t *testing.T) {
	s := register(t, &pages1{})
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "close")
			next.ServeHTTP(w, r)
		})
	}
	start(t, &Context{}, s)
	conn := dial(t, s.URL())
	request(conn, "/first")
	if resp, _ := readAnswer(t, bufio.NewReader(conn)); !resp.Close {
		t.Errorf("%v", resp.Header)
	}
}

// A request that follows a form in the same piece is answered too.
func TestPipeline_afterBody(t *testing.T) {
	for _, wrapped := range []bool{false, true} {
		begun := make(chan bool)
		s := register(t, &pages1{}, stallPages{}, methletPlugin{func(w *Response, r *http.Request) error {
			close(begun)
			<-Stopping(r.Context())
			return nil
		}})
		if wrapped {
			s.Wrap = new(http.CrossOriginProtection).Handler
		}
		e := start(t, &Context{}, s)
		conn := dial(t, s.URL())
		fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n"+
			"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=bGET /first HTTP/1.1\r\nHost: x\r\n\r\n")
		<-begun
		e.Stop()
		in := bufio.NewReader(conn)
		for i, want := range []string{"", "read", "first of 1"} {
			if resp, body := readAnswer(t, in); body != want || resp.Close != (i == 2) {
				t.Errorf("wrapped=%v: %q, Connection: close is %v, want %q", wrapped, body, resp.Close, want)
			}
		}
		e.wantEnd()
	}
}
