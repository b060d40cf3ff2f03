// Package slow holds requests in flight.
package slow

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// A Request is in flight until the test sends the rest of it.
type Request struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	body string // not sent yet
}

// Save sends the header of a request that saves settings. One of them is that the program
// does not open its page when it starts.
func Save(t testing.TB, u *url.URL) *Request {
	t.Helper()
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(deadline.Of(t)); err != nil {
		t.Fatal(err)
	}
	r := &Request{t, conn, bufio.NewReader(conn), url.Values{"port": {u.Port()}, "otherUsers": {"on"}}.Encode()}
	fmt.Fprintf(conn, "POST /app.settings HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", u.Host, len(r.body))
	// The answer to Expect comes when the methlet's form is read.
	if line, err := r.in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the answer to Expect is %q, %v; want 100 Continue", line, err)
	}
	if _, err := r.in.Discard(len("\r\n")); err != nil {
		t.Fatal(err)
	}
	return r
}

// Finish sends the body, and fails the test unless the whole answer comes.
func (r *Request) Finish() {
	r.t.Helper()
	if _, err := io.WriteString(r.conn, r.body); err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.ReadResponse(r.in, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "Saved.") {
		r.t.Errorf("the answer is %s, %v; want 200 and a page that says Saved:\n%s", resp.Status, err, page)
	}
}

// AwaitCut waits until the connection is closed, and fails the test if an answer comes.
func (r *Request) AwaitCut() {
	r.t.Helper()
	if rest, err := io.ReadAll(r.in); len(rest) > 0 {
		r.t.Errorf("the answer is %q, %v; want none", rest, err)
	}
}
