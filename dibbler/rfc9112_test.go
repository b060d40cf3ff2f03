package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

type echoPages struct{}

// OnEcho answers with the request as the server has understood it.
func (echoPages) OnEcho(w *Response, r *http.Request) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return &Error{Status: 400, Err: err}
	}
	_, err = fmt.Fprintf(w, "%s %s %s %q %q", r.Method, r.Host, r.URL.Path, b, r.Header.Get("X"))
	return err
}

// OnNext answers the request that follows the tested one.
func (echoPages) OnNext(w *Response, r *http.Request) error {
	_, err := io.WriteString(w, "next")
	return err
}

// afterwards says what happens to the connection after the answer.
type afterwards int

const (
	kept   afterwards = iota // the next request is answered
	closed                   // the next request is not answered
	either
)

// TestRFC9112 sends requests that the RFC describes, each followed by another one. A test
// lists the allowed statuses, and whether the second request must be answered.
func TestRFC9112(t *testing.T) {
	const (
		get   = "GET /echo HTTP/1.1\r\nHost: x\r\n"
		post  = "POST /echo HTTP/1.1\r\nHost: x\r\n"
		chunk = post + "Transfer-Encoding: chunked\r\n\r\n"
	)
	bad := []int{400}
	for _, test := range []struct {
		section, name, request string
		statuses               []int
		then                   afterwards
		want                   string // part of an answer with status 200
	}{
		// Section 2.2: lines.
		{"2.2", "plain", get + "\r\n", []int{200}, kept, `GET x /echo "" ""`},
		{"2.2", "lines end in LF", "GET /echo HTTP/1.1\nHost: x\n\n", []int{200, 400}, either, "GET x"},
		{"2.2", "an empty line first", "\r\n" + get + "\r\n", []int{200}, kept, "GET x"},
		{"2.2", "empty lines first", "\r\n\r\n\n" + get + "\r\n", []int{200}, kept, "GET x"},
		{"2.2", "a bare CR in a value", get + "X: a\rb\r\n\r\n", []int{400, 200}, either, `"a b"`},
		{"2.2", "a bare CR in the line", "GET /echo\r HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"2.2", "blank before the first field", "GET /echo HTTP/1.1\r\n Host: x\r\n\r\n", bad, closed, ""},
		{"2.2", "blank before the first of two fields", "GET /echo HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n", bad, closed, ""},

		// Section 2.3: versions.
		{"2.3", "HTTP/1.2", "GET /echo HTTP/1.2\r\nHost: x\r\n\r\n", []int{200, 505, 400}, either, ""},
		{"2.3", "HTTP/2.0", "GET /echo HTTP/2.0\r\nHost: x\r\n\r\n", []int{505, 400}, closed, ""},
		{"2.3", "HTTP/3", "GET /echo HTTP/3\r\nHost: x\r\n\r\n", []int{505, 400}, closed, ""},
		{"2.3", "lower case", "GET /echo http/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"2.3", "more digits", "GET /echo HTTP/1.10\r\nHost: x\r\n\r\n", []int{400, 505}, closed, ""},
		{"2.3", "HTTP/1.0", "GET /echo HTTP/1.0\r\n\r\n", []int{200}, closed, "GET"},
		{"2.3", "HTTP/1.0, kept", "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", []int{200}, either, "GET"},
		{"2.3", "none", "GET /echo\r\n\r\n", []int{400, 505}, closed, ""},

		// Section 3: the request line.
		{"3", "two blanks", "GET  /echo HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 200}, either, "GET x"},
		{"3", "a tab", "GET\t/echo HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 200}, either, "GET x"},
		{"3", "a blank in the target", "GET /ec ho HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 301}, closed, ""},
		{"3", "a blank at the end", "GET /echo HTTP/1.1 \r\nHost: x\r\n\r\n", []int{400, 200}, either, "GET x"},
		{"3.1", "an unknown method", "BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 405, 501}, either, "BREW"},
		{"3.1", "no token as method", "G@T /echo HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"3.1", "no method", " /echo HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"3.2.1", "a query", "GET /echo?a=b HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}, kept, "GET x /echo "},
		{"3.2.1", "no slash", "GET echo HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"3.2.1", "no target", "GET HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"3.2.1", "a bad escape", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404}, either, ""},
		{"3.2.1", "a NUL", "GET /echo\x00 HTTP/1.1\r\nHost: x\r\n\r\n", bad, closed, ""},
		{"3.2.1", "a fragment", "GET /echo#x HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404, 200}, either, ""},
		{"3.2.2", "absolute", "GET http://x/echo HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}, kept, "GET x /echo"},
		{"3.2.2", "absolute, with another Host", "GET http://x/echo HTTP/1.1\r\nHost: y\r\n\r\n", []int{200, 400}, either, "GET x /echo"},
		{"3.2.2", "absolute without a path", "GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 404}, either, ""},
		{"3.2.2", "absolute without Host", "GET http://x/echo HTTP/1.1\r\n\r\n", bad, closed, ""},
		{"3.2.3", "an authority", "GET x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", []int{400, 404}, either, ""},
		{"3.2.3", "CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n", []int{400, 404, 405, 501}, either, ""},
		{"3.2.4", "OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 204, 404, 405, 501}, either, ""},
		{"3.2.4", "GET *", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404}, either, ""},
		{"3.2", "no Host", "GET /echo HTTP/1.1\r\n\r\n", bad, closed, ""},
		{"3.2", "two Hosts", get + "Host: x\r\n\r\n", bad, closed, ""},
		{"3.2", "two other Hosts", get + "Host: y\r\n\r\n", bad, closed, ""},
		{"3.2", "a bad Host", "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n", bad, closed, ""},
		{"3.2", "an empty Host", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n", []int{200, 400}, either, "GET  /echo"},

		// Section 5: fields.
		{"5", "no blank after the colon", get + "X:y\r\n\r\n", []int{200}, kept, `"y"`},
		{"5", "blanks around the value", get + "X: \t y \t\r\n\r\n", []int{200}, kept, `"y"`},
		{"5", "an empty value", get + "X:\r\n\r\n", []int{200}, kept, `""`},
		{"5", "other case", "GET /echo HTTP/1.1\r\nhOST: x\r\nx: y\r\n\r\n", []int{200}, kept, `"y"`},
		{"5.1", "blank before the colon", get + "X : y\r\n\r\n", bad, closed, ""},
		{"5.1", "blank before the length's colon", post + "Content-Length : 3\r\n\r\nabc", bad, closed, ""},
		{"5.1", "blank before the coding's colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", bad, closed, ""},
		{"5.1", "no colon", get + "X\r\n\r\n", bad, closed, ""},
		{"5.1", "no name", get + ": y\r\n\r\n", bad, closed, ""},
		{"5.1", "no token as name", get + "X(: y\r\n\r\n", bad, closed, ""},
		{"5.1", "a NUL in a value", get + "X: a\x00b\r\n\r\n", bad, closed, ""},
		{"5.2", "folded", get + "X: a\r\n b\r\n\r\n", []int{200, 400}, either, `"a b"`},
		{"5.2", "a folded length", post + "Content-Length:\r\n 3\r\n\r\nabc", []int{200, 400}, either, `"abc"`},

		// Section 6: the body.
		{"6", "a body of GET", get + "Content-Length: 3\r\n\r\nabc", []int{200}, kept, `"abc"`},
		{"6.1", "chunked", chunk + "3\r\nabc\r\n0\r\n\r\n", []int{200}, either, `"abc"`},
		{"6.1", "chunked in capitals", post + "Transfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{200}, either, `"abc"`},
		{"6.1", "chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "chunked in two fields", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "an unknown coding", post + "Transfer-Encoding: rot13\r\n\r\nabc", []int{400, 501}, closed, ""},
		{"6.1", "an unknown coding first", post + "Transfer-Encoding: rot13, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "chunked not last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "identity", post + "Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", []int{400, 501}, closed, ""},
		{"6.1", "an empty coding", post + "Transfer-Encoding:\r\nContent-Length: 3\r\n\r\nabc", []int{400, 501}, closed, ""},
		{"6.1", "a letter too many", post + "Transfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "vertical tab", post + "Transfer-Encoding: \x0bchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{400, 501}, closed, ""},
		{"6.1", "with a length", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{200, 400}, closed, `"abc"`},
		{"6.1", "in HTTP/1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{200, 400}, closed, ""},
		{"6.1", "in HTTP/1.0, kept", "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", []int{200, 400}, closed, ""},
		{"6.2", "a length", post + "Content-Length: 3\r\n\r\nabc", []int{200}, kept, `"abc"`},
		{"6.2", "a length of zero", post + "Content-Length: 0\r\n\r\n", []int{200}, kept, `""`},
		{"6.2", "no length", post + "\r\n", []int{200, 411}, kept, `""`},
		{"6.2", "leading zeros", post + "Content-Length: 0003\r\n\r\nabc", []int{200, 400}, either, `"abc"`},
		{"6.2", "a sign", post + "Content-Length: +3\r\n\r\nabc", bad, closed, ""},
		{"6.2", "negative", post + "Content-Length: -3\r\n\r\nabc", bad, closed, ""},
		{"6.2", "hexadecimal", post + "Content-Length: 0x3\r\n\r\nabc", bad, closed, ""},
		{"6.2", "no number", post + "Content-Length: three\r\n\r\nabc", bad, closed, ""},
		{"6.2", "empty", post + "Content-Length:\r\n\r\n", bad, closed, ""},
		{"6.2", "a fraction", post + "Content-Length: 3.0\r\n\r\nabc", bad, closed, ""},
		{"6.2", "beyond 64 bits", post + "Content-Length: 18446744073709551619\r\n\r\nabc", []int{400, 413}, closed, ""},
		{"6.3", "two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", bad, closed, ""},
		{"6.3", "the same length twice", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", []int{200, 400}, either, `"abc"`},
		{"6.3", "a list of one length", post + "Content-Length: 3, 3\r\n\r\nabc", []int{200, 400}, either, `"abc"`},
		{"6.3", "a list of lengths", post + "Content-Length: 3, 4\r\n\r\nabcd", bad, closed, ""},

		// Section 7.1: chunks.
		{"7.1", "no chunk", chunk + "0\r\n\r\n", []int{200}, either, `""`},
		{"7.1", "letters of both cases", chunk + "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", []int{200}, either, `"01234567890123456789"`},
		{"7.1", "leading zeros", chunk + "0003\r\nabc\r\n000\r\n\r\n", []int{200}, either, `"abc"`},
		{"7.1", "0x", chunk + "0x3\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "a sign", chunk + "+3\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "negative", chunk + "-3\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "no size", chunk + "\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "no digit", chunk + "g\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "beyond 64 bits", chunk + "10000000000000003\r\nabc\r\n0\r\n\r\n", []int{400, 413}, closed, ""},
		{"7.1", "more data than its size", chunk + "3\r\nabcd\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "less data than its size", chunk + "5\r\nabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1", "no line end after the data", chunk + "3\r\nabc0\r\n\r\n", bad, closed, ""},
		{"7.1", "LF", chunk + "3\nabc\n0\n\n", []int{200, 400}, either, `"abc"`},
		{"7.1", "a bare CR after the size", chunk + "3\rabc\r\n0\r\n\r\n", bad, closed, ""},
		{"7.1.1", "an extension", chunk + "3;a=b\r\nabc\r\n0;c\r\n\r\n", []int{200}, either, `"abc"`},
		{"7.1.1", "a quoted extension", chunk + "3;a=\"b c\"\r\nabc\r\n0\r\n\r\n", []int{200}, either, `"abc"`},
		{"7.1.1", "blanks around an extension", chunk + "3 ; a = b\r\nabc\r\n0\r\n\r\n", []int{200, 400}, either, `"abc"`},
		{"7.1.1", "a large extension", chunk + "3;" + strings.Repeat("a", 100<<10) + "\r\nabc\r\n0\r\n\r\n", []int{400, 413, 431}, closed, ""},
		{"7.1.2", "a trailer", chunk + "3\r\nabc\r\n0\r\nX: y\r\n\r\n", []int{200}, either, `"abc" ""`},
		{"7.1.2", "a length in the trailer", chunk + "3\r\nabc\r\n0\r\nContent-Length: 100\r\n\r\n", []int{200, 400}, either, `"abc" ""`},
		{"7.1.2", "a trailer without colon", chunk + "3\r\nabc\r\n0\r\nX\r\n\r\n", bad, closed, ""},
		{"7.1.2", "a large trailer", chunk + "3\r\nabc\r\n0\r\nX: " + strings.Repeat("y", 100<<10) + "\r\n\r\n", []int{400, 413, 431}, closed, ""},

		// Section 9: the connection.
		{"9.6", "close", get + "Connection: close\r\n\r\n", []int{200}, closed, "GET x"},
		{"9.6", "close in a list", get + "Connection: x, Close\r\n\r\n", []int{200}, closed, "GET x"},
		{"9.3", "keep-alive", get + "Connection: keep-alive\r\n\r\n", []int{200}, kept, "GET x"},

		// RFC 9110, section 10.1.1.
		{"10.1.1", "a known expectation", post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", []int{200}, kept, `"abc"`},
		{"10.1.1", "an unknown one", post + "Expect: wonders\r\nContent-Length: 3\r\n\r\nabc", []int{417, 200}, either, `"abc"`},
	} {
		t.Run(test.section+" "+test.name, func(t *testing.T) {
			for _, piece := range []int{len(test.request) + 100, 1, 7} {
				if piece < len(test.request)/1000 {
					continue
				}
				answers := exchange(t, test.request, piece)
				if len(answers) == 0 {
					t.Fatalf("pieces of %d: no answer", piece)
				}
				first := answers[0]
				if !slices.Contains(test.statuses, first.status) || first.status == 200 && !strings.Contains(first.body, test.want) {
					t.Errorf("pieces of %d: answered %d %s, want one of %v with %s", piece, first.status, first.body, test.statuses, test.want)
				}
				if n := len(answers); n > 2 || n == 2 && (test.then == closed || answers[1].body != "next") || n == 1 && test.then == kept {
					t.Errorf("pieces of %d: answers %v", piece, answers)
				}
			}
		})
	}
}

type echoed struct {
	status int
	body   string
}

// exchange sends a request in pieces, then another request, and returns the answers.
func exchange(t *testing.T, request string, piece int) (answers []echoed) {
	s, e := serve(t, echoPages{})
	conn := dial(t, s.URL())
	sent := make(chan bool)
	go func() {
		defer close(sent)
		for p := range slices.Chunk([]byte(request+"GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), piece) {
			if _, err := conn.Write(p); err != nil {
				return
			}
		}
	}()
	in := bufio.NewReader(conn)
	for {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			break
		}
		if resp.StatusCode == 100 {
			continue
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		if resp.StatusCode != 200 {
			b = nil // a page
		}
		answers = append(answers, echoed{resp.StatusCode, string(b)})
	}
	conn.Close()
	<-sent
	e.Stop()
	e.wantEnd()
	return answers
}
