package judges

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// An h1Case is something that a client may send, and how it is to be answered.
// The cases of h1spec, github.com/uNetworking/h1spec at f0a5650, are among them,
// as the rules that they are about.
type h1Case struct {
	rule string // by its section of RFC 9112, or of another
	name string
	sent string // HOST stands for the program's address
	// want are the statuses of the answers, such as "200". After each case a page
	// is asked for, last: where the connection is kept, its 200 comes last.
	want string
	body string // what the first answer holds
	why  string // it is answered so, if the rule would have it otherwise
}

// h1Fields are fields that answers of a status have to have.
var h1Fields = map[int]string{
	http.StatusOK:                           "Date",
	http.StatusPartialContent:               "Content-Range",
	http.StatusNotFound:                     "Date",
	http.StatusMethodNotAllowed:             "Allow",
	http.StatusRequestedRangeNotSatisfiable: "Content-Range",
}

const (
	get1  = "GET /calendar.txt?year=2003 HTTP/1.1\r\n"
	post1 = "POST /calendar.txt HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	last  = "GET /calendar.txt?year=1999 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
)

// Why some answers are not what the rule would have.
const (
	partOfPath = "It is taken for a part of the path, which leads nowhere."
	nameless   = "It is refused, and the connection ends. To the server it is a coding that it does not know, and its status is the one for that."
)

// header is a request with one more line in its header.
func header(line string) string { return get1 + "Host: HOST\r\n" + line + "\r\n\r\n" }

var h1Cases = []h1Case{
	// The request line.
	{"3", "a request", header("X-Some: thing"), "200 200", "2003", ""},
	{"3", "no version", "GET /\r\n\r\n", "400", "", ""},
	{"3", "no version, but a blank", "GET / \r\n\r\n", "400", "", ""},
	{"3", "nothing but a method", "GET\r\n\r\n", "400", "", ""},
	{"3", "two blanks", "GET  / HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3", "a blank at the end", "GET / HTTP/1.1 \r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3", "a blank at the beginning", " GET / HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3", "tabs for blanks", "GET\t/\tHTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3", "a word too many", "GET / index HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3", "words before it", "Extra lineGET / HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.1", "a method that is none", "G{}T / HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.1", "a method in small letters", "get / HTTP/1.1\r\nHost: HOST\r\n\r\n", "405 200", "", ""},
	{"9110 9.1", "a method that nobody knows", "FOO / HTTP/1.1\r\nHost: HOST\r\n\r\n", "405 200", "", ""},
	{"9110 9.3.8", "TRACE", "TRACE / HTTP/1.1\r\nHost: HOST\r\n\r\n", "405 200", "", ""},
	{"9110 9.3.2", "HEAD", "HEAD /calendar.txt HTTP/1.1\r\nHost: HOST\r\n\r\n", "200 200", "", ""},
	{"3.2", "a target with a NUL", "GET /\x00 HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2", "a target with a control character", "GET /\x01 HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2", "a target with a bare CR", "GET /\r HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2", "a target with a broken escape", "GET /%zz HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2", "a target with a fragment", "GET /#today HTTP/1.1\r\nHost: HOST\r\n\r\n", "404 200", "", partOfPath},
	{"3.2", "a target beyond ASCII", "GET /\xe9 HTTP/1.1\r\nHost: HOST\r\n\r\n", "404 200", "", partOfPath},
	{"3", "a target that is too long", "GET /" + strings.Repeat("a", 70<<10) + " HTTP/1.1\r\nHost: HOST\r\n\r\n", "431", "", "The header is limited as a whole, and the status is the one for that."},
	{"3.2.1", "a target without its slash", "GET calendar.txt HTTP/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2.2", "an absolute target", "GET http://HOST/calendar.txt HTTP/1.1\r\nHost: HOST\r\n\r\n", "200 200", "", ""},
	{"3.2.2", "an absolute target elsewhere", "GET http://example.com/ HTTP/1.1\r\nHost: HOST\r\n\r\n", "421", "", ""},
	{"3.2.3", "CONNECT", "CONNECT HOST HTTP/1.1\r\nHost: HOST\r\n\r\n", "405", "", ""},
	{"3.2.4", "OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n", "405", "", ""},
	{"3.2", "no Host", get1 + "\r\n", "400", "", ""},
	{"3.2", "no Host, but a length", get1 + "Content-Length: 5\r\n\r\n", "400", "", ""},
	{"3.2", "two Hosts", get1 + "Host: HOST\r\nHost: example.org\r\n\r\n", "400", "", ""},
	{"3.2", "the same Host twice", get1 + "Host: HOST\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"3.2", "an empty Host", get1 + "Host:\r\n\r\n", "421", "", ""},
	{"3.2", "a Host that is none", get1 + "Host: a b\r\n\r\n", "400", "", ""},
	{"3.2", "a Host with a path", get1 + "Host: HOST/x\r\n\r\n", "400", "", ""},
	{"9110 7.4", "another's Host", get1 + "Host: example.com\r\n\r\n", "421", "", ""},
	{"3.2", "a Host in odd letters, after a tab, and an empty field", get1 + "hoSt:\tHOST\r\nempty:\r\n\r\n", "200 200", "2003", ""},

	// Versions.
	{"2.3", "version 9.9", "GET / HTTP/9.9\r\nHost: HOST\r\n\r\n", "505", "", ""},
	{"2.3", "version 2.0", "GET / HTTP/2.0\r\nHost: HOST\r\n\r\n", "505", "", ""},
	{"9113 3.3", "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "421", "", "It has no Host."},
	{"2.3", "version 1.2", "GET /calendar.txt HTTP/1.2\r\nHost: HOST\r\n\r\n", "200 200", "", ""},
	{"2.3", "version 1.10", "GET / HTTP/1.10\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"2.3", "version 1", "GET / HTTP/1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"2.3", "the version in small letters", "GET / http/1.1\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"2.3", "another protocol", "GET / RTSP/1.0\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"9.3", "version 1.0", "GET /calendar.txt?year=2003 HTTP/1.0\r\nHost: HOST\r\n\r\n", "200", "2003", ""},
	{"9.3", "version 1.0 without a Host", "GET / HTTP/1.0\r\n\r\n", "421", "", "Who does not say whom they mean may be a web page that was led here by a false name."},

	// Lines and fields.
	{"2.2", "an empty line first", "\r\n" + header("X-Some: thing"), "200 200", "2003", ""},
	{"2.2", "an empty line after a form", post1 + "Content-Length: 9\r\n\r\nyear=2003\r\n" + header("X-Some: thing"), "200 200 200", "2003", ""},
	{"2.2", "lines that end in LF", "GET /calendar.txt HTTP/1.1\nHost: HOST\n\n", "200 200", "", ""},
	{"2.2", "lines that end in CR", "GET / HTTP/1.1\rHost: HOST\r\r", "400", "", ""},
	{"2.2", "a CR at the beginning of a line", get1 + "Host: HOST\r\n\rSome: thing\r\n\r\n", "400", "", ""},
	{"2.2", "a CR in a value", header("Some: th\ring"), "400", "", ""},
	{"2.2", "a blank before the first field", get1 + " Host: HOST\r\n\r\n", "400", "", ""},
	{"2.2", "a blank before another first field", get1 + " Some: thing\r\nHost: HOST\r\n\r\n", "400", "", ""},
	{"5.1", "a blank before the colon", header("Some : thing"), "400", "", ""},
	{"5.1", "a tab before the colon", header("Some\t: thing"), "400", "", ""},
	{"5", "a field without a name", header(": thing"), "400", "", ""},
	{"5", "a field without a colon", header("Some thing"), "400", "", ""},
	{"5", "a name with brackets", header("X-Invalid[]: test"), "400", "", ""},
	{"5", "a name beyond ASCII", header("S\xf6me: thing"), "400", "", ""},
	{"5", "a name with a NUL", header("So\x00me: thing"), "400", "", ""},
	{"5.5", "a value with a control character", header("Some: test\x07"), "400", "", ""},
	{"5.5", "a value with a NUL", header("Some: test\x00"), "400", "", ""},
	{"5.5", "a value beyond ASCII", header("Some: th\xefng"), "200 200", "2003", ""},
	{"5.1", "an empty value", header("X-Empty-Header: "), "200 200", "2003", ""},
	{"5.2", "a value over two lines", header("Some: thing\r\n more of it"), "200 200", "2003", ""},
	{"9110 5.4", "a header that is too large", header("Some: " + strings.Repeat("a", 70<<10)), "431", "", ""},
	{"9110 5.4", "too many fields", header(strings.Repeat("A: b\r\n", 20000) + "C: d"), "431", "", ""},

	// Bodies and their lengths.
	{"6.2", "a form", post1 + "Content-Length: 9\r\n\r\nyear=2003", "200 200", "2003", ""},
	{"6.3", "a negative length", post1 + "Content-Length: -1234\r\n\r\n", "400", "", ""},
	{"6.3", "a negative length that overflows", post1 + "Content-Length: -123456789123456789123456789\r\n\r\n", "400", "", ""},
	{"6.3", "a length that overflows", post1 + "Content-Length: 18446744073709551617\r\n\r\n", "400", "", ""},
	{"6.3", "a length that is no number", post1 + "Content-Length: abc\r\n\r\n", "400", "", ""},
	{"6.3", "a length with a sign", post1 + "Content-Length: +9\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "a length in another base", post1 + "Content-Length: 0x9\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "a length with an underscore", post1 + "Content-Length: 0_9\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "a length of two numbers", post1 + "Content-Length: 9 9\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "an empty length", post1 + "Content-Length: \r\n\r\n", "400", "", ""},
	{"6.3", "two lengths", post1 + "Content-Length: 9\r\nContent-Length: 8\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "two lengths in a list", post1 + "Content-Length: 9, 8\r\n\r\nyear=2003", "400", "", ""},
	{"6.3", "the same length twice", post1 + "Content-Length: 9\r\nContent-Length: 9\r\n\r\nyear=2003", "200 200", "2003", ""},
	{"6.3", "the same length in a list", post1 + "Content-Length: 9, 9\r\n\r\nyear=2003", "400", "", ""},
	{"9110 9.3.1", "a body with GET", get1 + "Host: HOST\r\nContent-Length: 9\r\n\r\nyear=1234", "415 200", "", ""},
	{"6.1", "a chunked form", post1 + "Transfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\n\r\n", "200", "2003", ""},
	{"6.1", "chunked in odd letters", post1 + "TransFer-Encoding: cHunked\r\n\r\n9\r\nyear=2003\r\n0\r\n\r\n", "200", "2003", ""},
	{"6.1", "chunks and a length", post1 + "content-LengtH: 5\r\nTransFer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\n\r\n", "200", "2003", ""},
	{"6.1", "chunks and two lengths", post1 + "Content-Length: 5\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"6.1", "chunked twice", post1 + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "501", "", nameless},
	{"6.1", "chunked on two lines", post1 + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "501", "", nameless},
	{"6.1", "chunked and then not", post1 + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "501", "", nameless},
	{"6.1", "an unknown coding", post1 + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501", "", ""},
	{"6.1", "nearly chunked", post1 + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501", "", ""},
	{"6.1", "chunked after a control character", post1 + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", "400", "", ""},
	{"6.1", "an empty coding", post1 + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", "501", "", nameless},
	{"6.1", "chunks with version 1.0", "POST /nothing HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "404", "", ""},

	// Chunks.
	{"7.1", "two chunks", post1 + "Transfer-Encoding: chunked\r\n\r\n5\r\nyear=\r\n4\r\n2003\r\n0\r\n\r\n", "200", "2003", ""},
	{"7.1", "a size with zeros in front", post1 + "Transfer-Encoding: chunked\r\n\r\n0009\r\nyear=2003\r\n000\r\n\r\n", "200", "2003", ""},
	{"7.1", "a size that is no number", post1 + "Transfer-Encoding: chunked\r\n\r\nx\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a size in C's spelling", post1 + "Transfer-Encoding: chunked\r\n\r\n0x9\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a negative size", post1 + "Transfer-Encoding: chunked\r\n\r\n-9\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "no size", post1 + "Transfer-Encoding: chunked\r\n\r\n\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a size that overflows", post1 + "Transfer-Encoding: chunked\r\n\r\n10000000000000009\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a size that is too small", post1 + "Transfer-Encoding: chunked\r\n\r\n5\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a size that ends in LF", post1 + "Transfer-Encoding: chunked\r\n\r\n9\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1", "a chunk that ends in LF", post1 + "Transfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\n0\r\n\r\n", "400", "", ""},
	{"7.1.1", "an extension", post1 + "Transfer-Encoding: chunked\r\n\r\n9;a=b\r\nyear=2003\r\n0\r\n\r\n", "200", "2003", ""},
	{"7.1.1", "an extension with a LF in it", post1 + "Transfer-Encoding: chunked\r\n\r\n9;a\nb\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1.1", "an extension with a CR in it", post1 + "Transfer-Encoding: chunked\r\n\r\n9;a\rb\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1.1", "an extension that is too long", post1 + "Transfer-Encoding: chunked\r\n\r\n9;" + strings.Repeat("a", 70<<10) + "\r\nyear=2003\r\n0\r\n\r\n", "400", "", ""},
	{"7.1.2", "a trailer", post1 + "Transfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\nSome: thing\r\n\r\n", "200", "2003", ""},
	{"7.1.2", "a trailer that means a length", post1 + "Transfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\nContent-Length: 100\r\n\r\n", "200", "2003", ""},
	{"7.1.2", "a trailer that is no field", post1 + "Transfer-Encoding: chunked\r\n\r\n9\r\nyear=2003\r\n0\r\nSome thing\r\n\r\n", "400", "", ""},

	// Connections and what is expected of them.
	{"9.3.2", "two at a time", header("A: b") + header("A: b"), "200 200 200", "2003", ""},
	{"9.6", "the last one", header("Connection: close"), "200", "2003", ""},
	{"9.6", "the last one, in odd letters and a list", header("Connection: TE, cLose"), "200", "2003", ""},
	{"9110 7.8", "an upgrade that is not to be had", header("Connection: Upgrade\r\nUpgrade: h2c"), "200 200", "2003", ""},
	{"9110 10.1.1", "an expectation without a body", header("Expect: 100-continue"), "200 200", "2003", ""},
	{"9110 10.1.1", "an expectation", post1 + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\nyear=2003", "100 200 200", "", ""},
	{"9110 10.1.1", "another expectation", header("Expect: something"), "417", "", ""},
	{"9110 14.2", "a range of a page that has none", header("Range: bytes=0-3"), "200 200", "2003", ""},
	{"9110 14.2", "a range", "GET /favicon.svg HTTP/1.1\r\nHost: HOST\r\nRange: bytes=0-3\r\n\r\n", "206 200", "", ""},
	{"9110 14.2", "a range beyond the end", "GET /favicon.svg HTTP/1.1\r\nHost: HOST\r\nRange: bytes=999999-\r\n\r\n", "416 200", "", ""},
	{"9110 15.5.5", "a page that is not there", "GET /nothing HTTP/1.1\r\nHost: HOST\r\n\r\n", "404 200", "", ""},
}

// Requests of HTTP/1.1, right and wrong, get the answers that its rules want.
func TestHTTP1(t *testing.T) {
	_, p := start(t)
	held := 0
	for _, c := range h1Cases {
		if t.Run(c.rule+" "+c.name, func(t *testing.T) {
			conn := dial(t, p.HostPort())
			send(t, conn, strings.ReplaceAll(c.sent+last, "HOST", p.HostPort()))
			method, _, _ := strings.Cut(c.sent, " ")
			got, body := answers(t, conn, method)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if !strings.Contains(body, c.body) {
				t.Errorf("the first answer lacks %q:\n%s", c.body, body)
			}
		}) {
			held++
		}
	}
	proof.Held(t, "requests of HTTP/1.1, right and wrong, are answered as its rules want", len(h1Cases), held)
}

// One request arrives in two pieces, cut at every possible place. No answer comes before
// the second piece.
func TestHTTP1_twoPieces(t *testing.T) {
	_, p := start(t)
	request := strings.ReplaceAll(post1+"Content-Length: 9\r\nConnection: close\r\n\r\nyear=2003", "HOST", p.HostPort())
	var held atomic.Int32
	var all sync.WaitGroup
	for i := 1; i < len(request); i++ {
		conn := dial(t, p.HostPort())
		send(t, conn, request[:i])
		all.Go(func() {
			conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%d bytes of the request are answered: %d, %v", i, n, err)
				return
			}
			conn.SetReadDeadline(deadline.Of(t))
			send(t, conn, request[i:])
			if got, body := answers(t, conn, http.MethodPost); got != "200" || !strings.Contains(body, "2003") {
				t.Errorf("the request, cut after %d bytes, is answered with %q:\n%s", i, got, body)
				return
			}
			held.Add(1)
		})
	}
	all.Wait()
	proof.Held(t, "requests of HTTP/1.1 that come in two pieces are waited for", len(request)-1, int(held.Load()))
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(deadline.Of(t)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	// The program may have ended the connection before it was sent all.
	if _, err := io.WriteString(conn, text); err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
}

// answers reads all answers to the end of the connection, and returns their
// statuses and the first one's body. method is that of the first request.
func answers(t *testing.T, conn net.Conn, method string) (statuses, first string) {
	t.Helper()
	var all []string
	for r := bufio.NewReader(conn); ; method = http.MethodGet {
		resp, err := http.ReadResponse(r, &http.Request{Method: method})
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) {
			return strings.Join(all, " "), first
		}
		if err != nil {
			t.Errorf("after %q: %v", all, err)
			return "", ""
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		if len(all) == 0 {
			first = string(body)
		}
		all = append(all, fmt.Sprint(resp.StatusCode))
		if field := h1Fields[resp.StatusCode]; field != "" && resp.Header.Get(field) == "" {
			t.Errorf("%s without %s", resp.Status, field)
		}
	}
}
