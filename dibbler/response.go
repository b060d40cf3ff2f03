package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Response is what a methlet answers a request with. It is an
// [http.ResponseWriter] with the words of Dibbler, and works with everything
// that takes one: [http.Redirect], [http.ServeContent],
// [http.NewResponseController].
//
// An answer is held until it has more than 32 KiB, or Flush is called, or the methlet
// returns, so a methlet that fails before then gets a clean error page in place of
// the answer it began. One that fails later has its connection cut, so that nobody
// takes half a page for a whole one. Event streams (text/event-stream) and answers
// with a Trailer field are not held.
//
// A Response must not be used after its methlet has returned, nor by several
// goroutines at the same time.
type Response struct {
	rw     http.ResponseWriter
	req    *http.Request
	server *Server
	conn   *conn // nil: in a server that is not ours, where deadlines are not ours to set
	user   string
	errs   *FormErrors // of the methlet's Input; nil: it has none

	before []headerField // what was set before the methlet was called

	status   int     // held until sent; 0: none is set
	held     *[]byte // content that is not sent yet; nil: there is none
	sent     bool    // the header is out
	ended    bool    // Close was called
	hijacked bool
	failed   bool // an error page was sent
}

// A headerField is one field of a header with its values.
type headerField struct {
	name   string
	values []string
}

// Header returns the header that will be sent. See [http.ResponseWriter]. Set its fields
// before content is written: later ones are sent only if the answer is still held.
func (w *Response) Header() http.Header { return w.rw.Header() }

// WriteOKHeaders sets status 200 and the content type, such as "text/html".
// "; charset=utf-8" is added to text without parameters. For other header fields
// use Header.
func (w *Response) WriteOKHeaders(contentType string) {
	w.Header().Set("Content-Type", withCharset(contentType))
	w.WriteHeader(http.StatusOK)
}

// WriteError answers with an error page: status, such as 403, and message, plain
// text for the person who reads it. The answer so far is dropped if it is still held.
// If some of it is sent, it is too late for an error page, and the connection is cut. An error that the methlet returns afterwards is logged, and
// the page stays as it is.
func (w *Response) WriteError(status int, message string) {
	w.server.fail(w, &Error{Status: status, Message: message})
}

// WriteHeader sets the status. Until the first byte of content is written, another call
// replaces it. Informational statuses (1xx) are sent at once. It panics if status has
// other than three digits.
func (w *Response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("dibbler: %d is not an HTTP status", status))
	}
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.rw.WriteHeader(status)
		return
	}
	if !w.sent && w.held == nil {
		w.status = status
	}
}

// Write writes content, after the header if that was not yet sent. After Close
// or WriteError it returns an error that is [net.ErrClosed], and after a status that has no content,
// such as 204, one that is [http.ErrBodyNotAllowed].
func (w *Response) Write(p []byte) (int, error) {
	held, err := w.hold(len(p))
	if err != nil {
		return 0, err
	}
	if held {
		*w.held = append(*w.held, p...)
		return len(p), nil
	}
	n, err := w.rw.Write(p)
	return written(n, len(p), err)
}

// WriteString is Write for a string.
func (w *Response) WriteString(s string) (int, error) {
	held, err := w.hold(len(s))
	if err != nil {
		return 0, err
	}
	if held {
		*w.held = append(*w.held, s...)
		return len(s), nil
	}
	n, err := io.WriteString(w.rw, s)
	return written(n, len(s), err)
}

// Flush sends what has been written so far to the client, such as a "Please
// wait" before a long operation. It does nothing where the server underneath
// cannot flush.
func (w *Response) Flush() { _ = w.FlushError() }

// FlushError is Flush for [http.ResponseController]: it returns what went wrong.
func (w *Response) FlushError() error {
	if err := w.writable(); err != nil {
		return err
	}
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.rw).Flush()
}

// Hijack takes the connection over, after a status and content that are held. See
// [http.Hijacker]. It returns an error
// that is [http.ErrNotSupported] where the server underneath cannot let go of a
// connection. When the methlet has returned, an environment neither waits for the
// connection nor closes it.
func (w *Response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.untouched() {
		if err := w.send(); err != nil {
			return nil, nil, err
		}
	}
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

// writable returns the error of writing when the answer is ended.
func (w *Response) writable() error {
	if w.ended {
		return net.ErrClosed
	}
	if w.hijacked {
		return http.ErrHijacked
	}
	return nil
}

// withCharset adds the charset that all our text has to a content type that
// says nothing more about itself.
func withCharset(contentType string) string {
	switch contentType { // without putting together what nearly all pages want
	case "text/html":
		return "text/html; charset=utf-8"
	case "text/plain":
		return "text/plain; charset=utf-8"
	}
	if !strings.HasPrefix(contentType, "text/") || strings.Contains(contentType, ";") {
		return contentType
	}
	return contentType + "; charset=utf-8"
}
