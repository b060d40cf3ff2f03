package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// slow is a plug-in whose page is answered when the test closes end.
type slow struct {
	begun chan struct{} // receives a value for each request
	end   chan struct{} // closed to answer
}

func newSlow(n int) slow { return slow{make(chan struct{}, n), make(chan struct{})} }

func (s slow) OnSlow(w *Response, r *http.Request) error {
	s.begun <- struct{}{}
	<-s.end
	if err := r.Context().Err(); err != nil {
		return fmt.Errorf("canceled before DrainTimeout: %w", err)
	}
	w.WriteOKHeaders("text/plain")
	_, err := w.WriteString("the whole answer")
	return err
}

// inFlight sends n requests for url, each on its own connection, and returns the connections
// when the methlet is called for all of them.
func (s slow) inFlight(t testing.TB, url string, n int) []net.Conn {
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = dial(t, url)
		request(conns[i], "/slow")
	}
	for range n {
		<-s.begun
	}
	return conns
}

// answered reads the answer from conn and returns its content.
func answered(conn net.Conn) (string, error) {
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

// readAnswer reads an answer from in, and returns it with its content.
func readAnswer(t testing.TB, in *bufio.Reader) (*http.Response, string) {
	t.Helper()
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp, readAll(t, resp.Body)
}

// awaitAnswer reads the answer from conn in the background. The channel receives its content
// and the error.
func awaitAnswer(conn net.Conn) <-chan string {
	answer := make(chan string, 1)
	go func() {
		body, err := answered(conn)
		answer <- fmt.Sprint(body, err)
	}()
	return answer
}

// request sends a request for path.
func request(conn net.Conn, path string) {
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path)
}

// wantAnswer fails the test if the next answer on conn does not have this content.
func wantAnswer(t testing.TB, conn net.Conn, want string) {
	t.Helper()
	if got, err := answered(conn); got != want || err != nil {
		t.Errorf("answered %q, %v, want %q", got, err, want)
	}
}

// addrOf returns the address of s.
func addrOf(s *Server) string { return strings.Trim(s.URL(), "htp:/") }

// isOpen reports whether a listener is at addr.
func isOpen(addr string) bool {
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		conn.Close()
	}
	return err == nil
}
