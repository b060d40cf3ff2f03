package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// Response is what a methlet answers a request with. It is an
// [http.ResponseWriter] with the words of Dibbler, and works with everything
// that takes one: [http.Redirect], [http.ServeContent],
// [http.NewResponseController].
//
// Nothing is sent before the first byte of content, or Flush, or the methlet's
// return, so a methlet that fails before then gets a clean error page in place
// of what it began. One that fails later has its connection cut, so that nobody
// takes half a page for a whole one.
//
// A Response must not be used after its methlet has returned, nor by several
// goroutines at the same time.
type Response struct {
	rw     http.ResponseWriter
	req    *http.Request
	server *Server
	conn   *conn // nil: in a server that is not ours, where deadlines are not ours to set
	user   string

	before []headerField // what was set before the methlet was called

	implied  int  // the status if none is set
	status   int  // held back until sent; 0: none is set
	sent     bool // the header is out
	ended    bool // Close was called
	hijacked bool
	failed   bool // an error page was sent
}

// A headerField is one field of a header with its values.
type headerField struct {
	name   string
	values []string
}

// Header returns the header that will be sent. See [http.ResponseWriter].
func (w *Response) Header() http.Header { return w.rw.Header() }

// WriteOKHeaders sets status 200 and the content type, such as "text/html".
// "; charset=utf-8" is added to text without parameters. For other header fields
// use Header.
func (w *Response) WriteOKHeaders(contentType string) {
	w.Header().Set("Content-Type", withCharset(contentType))
	w.WriteHeader(http.StatusOK)
}

// WriteError answers with an error page: status, such as 403, and message, plain
// text for the person who reads it. What was set before and is not yet sent is
// dropped. After the first byte it is too late for an error page, and the
// connection is cut. An error that the methlet returns afterwards is logged, and
// the page stays as it is.
func (w *Response) WriteError(status int, message string) {
	w.server.fail(w, &Error{Status: status, Message: message})
}

// WriteHeader sets the status. It is sent with the first byte of content, and
// until then another call replaces it. Informational headers (1xx) are sent at
// once. It panics if status has other than three digits.
func (w *Response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("dibbler: %d is not an HTTP status", status))
	}
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.rw.WriteHeader(status)
		return
	}
	if !w.sent {
		w.status = status
	}
}

// Write writes content, after the header if that was not yet sent. After Close
// it returns an error that is [net.ErrClosed].
func (w *Response) Write(p []byte) (int, error) {
	if err := w.begin(); err != nil {
		return 0, err
	}
	return w.rw.Write(p)
}

// WriteString is Write for a string.
func (w *Response) WriteString(s string) (int, error) {
	if err := w.begin(); err != nil {
		return 0, err
	}
	return io.WriteString(w.rw, s)
}

// Flush sends what has been written so far to the client, such as a "Please
// wait" before a long operation. It does nothing where the server underneath
// cannot flush.
func (w *Response) Flush() { _ = w.FlushError() }

// FlushError is Flush for [http.ResponseController]: it returns what went wrong.
func (w *Response) FlushError() error {
	if err := w.begin(); err != nil {
		return err
	}
	return http.NewResponseController(w.rw).Flush()
}

// Hijack takes the connection over. See [http.Hijacker]. It returns an error
// that is [http.ErrNotSupported] where the server underneath cannot let go of a
// connection. When the methlet has returned, an environment neither waits for the
// connection nor closes it.
func (w *Response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.rw).Hijack()
	if err == nil {
		w.hijacked = true
	}
	return conn, rw, err
}

// Unwrap returns the writer underneath, for [http.ResponseController].
func (w *Response) Unwrap() http.ResponseWriter { return w.rw }

// User returns the name of the user who logged in, or "" where the server asks
// for no login.
func (w *Response) User() string { return w.user }

// Close sends what has been written, ends the answer and closes the connection,
// so that the client has the whole page while the methlet goes on. Later writes
// fail. Where the connection cannot be taken from the server underneath, the
// answer ends when the methlet returns.
func (w *Response) Close() error {
	if w.ended || w.hijacked {
		return nil
	}
	if !w.sent {
		w.Header().Set("Connection", "close")
	}
	err := w.FlushError()
	w.ended = true
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	chunked := w.chunked()
	conn, _, err := w.Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if chunked {
		_, err = io.WriteString(conn, "0\r\n\r\n")
	}
	return errors.Join(err, w.hangUp(conn))
}

// chunked reports whether net/http, having sent the header, sends the body in
// chunks: it does where nothing else says how long the body is (RFC 9112,
// section 6.3).
func (w *Response) chunked() bool {
	h := w.Header()
	return w.req.ProtoAtLeast(1, 1) && w.req.Method != http.MethodHead &&
		h.Get("Content-Length") == "" && h.Get("Transfer-Encoding") == "" &&
		w.status != http.StatusNoContent && w.status != http.StatusNotModified
}

// hangUp closes conn. A client that is still sending would have its answer
// destroyed by the reset that a plain close causes, so it is heard out first, if
// it is quick.
func (w *Response) hangUp(conn net.Conn) error {
	half, ok := conn.(interface{ CloseWrite() error })
	if w.req.Body == http.NoBody || !ok {
		return conn.Close()
	}
	if err := half.CloseWrite(); errors.Is(err, errors.ErrUnsupported) {
		return conn.Close()
	} else if err != nil {
		return errors.Join(err, conn.Close())
	}
	if err := conn.SetReadDeadline(time.Now().Add(drain.GracePeriod)); err != nil {
		return errors.Join(err, conn.Close())
	}
	_, _ = io.Copy(io.Discard, conn)
	return conn.Close()
}

// begin gets ready to write content: it sends the held header.
func (w *Response) begin() error {
	if w.ended {
		return net.ErrClosed
	}
	if w.hijacked {
		return http.ErrHijacked
	}
	w.send()
	return nil
}

// send sends the header, once.
func (w *Response) send() {
	if w.sent {
		return
	}
	w.sent = true
	if w.conn != nil && w.conn.isLast(w.req) {
		w.Header().Set("Connection", "close")
	}
	if w.status == 0 {
		w.status = w.implied
	}
	if w.status != 0 {
		w.rw.WriteHeader(w.status)
	}
}

// untouched reports whether the methlet has neither written nor set a status.
func (w *Response) untouched() bool { return !w.sent && !w.hijacked && w.status == 0 }
