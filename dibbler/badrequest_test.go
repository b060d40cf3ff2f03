package dibbler

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
)

// Requests that net/http itself refuses get a page that says what to do.
func TestBadRequestPage(t *testing.T) {
	s, _ := serve(t, &pages1{})
	for _, test := range []struct {
		request string
		status  int
		want    string
	}{
		{"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("a=b; ", 20<<10) + "\r\n\r\n", 431, "cookies"},
		{"GET / HTTP/1.1\r\n\r\n", 400, "missing required Host header"},
		{"GET / HTTP/1.1\r\nHost: <b>\r\n\r\n", 400, "malformed Host header"},
		{"GET /\r\n\r\n", 400, "cannot read this request"},
		{"GET / HTTP/3.0\r\n\r\n", 505, "cannot read this request"},
		{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: rot13\r\n\r\n", 501, "cannot read this request"},
		{"POST / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n", 417, "cannot read this request"},
	} {
		conn := dial(t, s.URL())
		sent := make(chan error, 1)
		go func() {
			_, err := fmt.Fprint(conn, test.request)
			sent <- err
		}()
		resp, body := readAnswer(t, bufio.NewReader(conn))
		if resp.StatusCode != test.status || !resp.Close || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%.40q: %v", test.request, resp)
		}
		wantText(t, body, test.want, "<title>")
		if err := <-sent; err != nil {
			t.Errorf("%.40q: %v", test.request, err)
		}
		conn.Close()
	}
}
