package drain

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var dateField = regexp.MustCompile("(?m)^Date: .*\r\n")

// answersTo sends bytes in pieces, closes the sending half, and returns the answers.
func answersTo(t *testing.T, l *pipeListener, sent []byte, piece int) string {
	conn := l.dialHalf(t)
	defer conn.Close()
	go func() {
		for p := range slices.Chunk(sent, piece) {
			if _, err := conn.Write(p); err != nil {
				break
			}
		}
		_ = conn.(*halfConn).CloseWrite()
	}()
	b, _ := io.ReadAll(conn)
	return string(dateField.ReplaceAll(b, nil))
}

// understood answers with the request as the server has understood it. It reads the body, or
// a part of it, or none.
func understood(w http.ResponseWriter, r *http.Request) {
	var b []byte
	var err error
	switch r.URL.Path {
	case "/all":
		b, err = io.ReadAll(r.Body)
	case "/some":
		b = make([]byte, 3)
		_, err = io.ReadFull(r.Body, b)
	}
	fmt.Fprintf(w, "%s %s %q %v", r.Method, r.RequestURI, b, err != nil)
}

// FuzzConn checks that clients get the same answers as from net/http without a Conn, except for
// empty lines before a request, and that each connection is closed.
func FuzzConn(f *testing.F) {
	for _, path := range []string{"/all", "/some", "/none"} {
		for _, request := range []string{
			"GET PATH HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET PATH HTTP/1.1\nHost: x\n\n",
			"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
			"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe",
			"POST PATH HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
			"POST PATH HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
			"POST PATH HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
			"POST PATH HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
			"GET PATH\r\n\r\n",
		} {
			request := bytes.ReplaceAll([]byte(request), []byte("PATH"), []byte(path))
			f.Add(request, uint8(1))
			f.Add(slices.Concat(request, request, []byte("\r\n"), request), uint8(100))
		}
	}
	f.Fuzz(func(t *testing.T, sent []byte, piece uint8) {
		sent = bytes.TrimLeft(sent, "\r\n")
		synctest.Test(t, func(t *testing.T) {
			defer time.Sleep(time.Second) // net/http sleeps for half a second
			ours, theirs := newPipeListener(), newPipeListener()
			s := serve(t, Config{}, understood, ours)
			web := &http.Server{Handler: http.HandlerFunc(understood), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
			go func() { _ = web.Serve(theirs) }()
			defer web.Close()
			n := int(max(1, piece))
			begun := time.Now()
			got := answersTo(t, ours, sent, n)
			if took := time.Since(begun); took > 0 {
				t.Errorf("%q: the connection was closed after %v", sent, took)
			}
			s.end(t)
			want := answersTo(t, theirs, sent, n)
			before, refused := strings.CutSuffix(want, badRequest)
			if got != want && !(refused && strings.HasPrefix(got, before) && emptyLine.Match(sent)) {
				t.Errorf("%q: answered\n%s\nwant\n%s", sent, got, want)
			}
		})
	})
}

// TestConn_behindChunkedBody: the server reads chunks and the bytes after them together, so
// that a request can be split anywhere between two reads.
func TestConn_behindChunkedBody(t *testing.T) {
	const request = "POST /all HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	for piece := 1; piece <= 3*len(request); piece++ {
		synctest.Test(t, func(t *testing.T) {
			defer time.Sleep(time.Second) // net/http sleeps for half a second
			l := newPipeListener()
			s := serve(t, Config{}, understood, l)
			if got := answersTo(t, l, []byte(request+request+request), piece); strings.Count(got, `POST /all "hello" false`) != 3 {
				t.Errorf("in pieces of %d bytes: answered\n%s", piece, got)
			}
			s.end(t)
		})
	}
}

// emptyLine matches empty lines before a request, for which net/http answers with an error.
var emptyLine = regexp.MustCompile(`[\r\n]{3}|[^\r\n][\r\n]+[A-Z]`)

// badRequest matches the error answers of net/http.
const badRequest = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
