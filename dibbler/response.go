package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Response is the [http.ResponseWriter] with which a methlet answers a request. It works
// with [http.Redirect], [http.ServeContent], [http.NewResponseController] and other
// functions that take an [http.ResponseWriter].
//
// Up to 32 KiB of a response are buffered until the methlet returns or calls Flush. If
// the methlet fails while the whole response is buffered, the client gets an error page
// instead. If it fails later, the connection is cut, so that the client does not mistake
// half a page for a whole one. Event streams (text/event-stream) and responses with a
// Trailer field are not buffered.
//
// A Response must not be used after its methlet has returned. It is not safe for
// concurrent use.
type Response struct {
	rw     http.ResponseWriter
	req    *http.Request
	server *Server
	conn   *conn // nil if no Context runs the server; deadlines are then set on rw
	user   string
	errs   *FormErrors // of the methlet's Input; nil if it has none

	before []headerField // the header before the methlet was called

	status   int     // not sent yet; 0 if not set
	buffered *[]byte // content that is not sent yet; nil if there is none
	sent     bool    // the header was sent
	ended    bool    // Close was called
	hijacked bool
	failed   bool // an error page was sent
}

// A headerField is one field of a header with its values.
type headerField struct {
	name   string
	values []string
}

// Header returns the header that will be sent, as [http.ResponseWriter] does. Set fields
// before writing content: changes after the header was sent have no effect.
func (w *Response) Header() http.Header { return w.rw.Header() }

// WriteOKHeaders sets status 200 and the content type, such as "text/html". It adds
// "; charset=utf-8" to text types without parameters.
func (w *Response) WriteOKHeaders(contentType string) {
	w.Header().Set("Content-Type", withCharset(contentType))
	w.WriteHeader(http.StatusOK)
}

// WriteError sends an error page with a status such as 403 and a message in plain text
// for the user. It replaces the response if that is still buffered. If a part of the
// response was sent, WriteError cuts the connection by panicking with
// [http.ErrAbortHandler]. If the methlet returns an error afterwards, the error is only
// logged. A status outside 400–599 means 500.
func (w *Response) WriteError(status int, message string) {
	w.server.fail(w, &Error{Status: status, Message: message})
}

// WriteHeader sets the status. It may be called again until content is written; the last
// call counts. Informational statuses (1xx) are sent at once, but not to clients that use
// HTTP/1.0. WriteHeader panics if status is not from 100 to 999.
func (w *Response) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("dibbler: %d is not an HTTP status", status))
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		if w.req.ProtoAtLeast(1, 1) { // RFC 9110, section 15.2
			w.rw.WriteHeader(status)
		}
		return
	}
	if !w.sent && w.buffered == nil {
		w.status = status
	}
}

// Write writes content. After Close or WriteError it returns [net.ErrClosed]. If the
// status does not allow content, such as 204, it returns [http.ErrBodyNotAllowed].
func (w *Response) Write(p []byte) (int, error) {
	buffered, err := w.mustBuffer(len(p))
	if err != nil {
		return 0, err
	}
	if buffered {
		*w.buffered = append(*w.buffered, p...)
		return len(p), nil
	}
	return w.rw.Write(p)
}

// WriteString is like Write, for a string.
func (w *Response) WriteString(s string) (int, error) {
	buffered, err := w.mustBuffer(len(s))
	if err != nil {
		return 0, err
	}
	if buffered {
		*w.buffered = append(*w.buffered, s...)
		return len(s), nil
	}
	return io.WriteString(w.rw, s)
}

// Flush sends buffered content to the client, such as "Please wait" before a long
// operation. It implements [http.Flusher].
func (w *Response) Flush() { _ = w.FlushError() }

// FlushError is like Flush, and returns an error. It is called by
// [http.ResponseController].
func (w *Response) FlushError() error {
	if err := w.writable(); err != nil {
		return err
	}
	if err := w.send(); err != nil {
		return err
	}
	return http.NewResponseController(w.rw).Flush()
}

// Hijack sends the buffered response, if there is one, and takes over the connection; see
// [http.Hijacker]. Its error wraps [http.ErrNotSupported] if the server does not support
// hijacking. After the methlet has returned, a [Context] neither waits for the connection
// nor closes it.
func (w *Response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !w.untouched() && !w.hijacked {
		if err := w.send(); err != nil {
			return nil, nil, err
		}
		// net/http discards content that it has buffered. There is none after a 101.
		if w.status != http.StatusSwitchingProtocols {
			if err := http.NewResponseController(w.rw).Flush(); err != nil {
				return nil, nil, err
			}
		}
	}
	conn, rw, err := http.NewResponseController(w.rw).Hijack()
	if err == nil {
		w.hijacked = true
	}
	return conn, rw, err
}

// Unwrap returns the underlying writer. It is called by [http.ResponseController].
func (w *Response) Unwrap() http.ResponseWriter { return w.rw }

// User returns the user name that [Server.Auth] returned, or "" if Auth is nil.
func (w *Response) User() string { return w.user }

// writable returns an error if the response has ended or the connection was hijacked.
func (w *Response) writable() error {
	if w.ended {
		return net.ErrClosed
	}
	if w.hijacked {
		return http.ErrHijacked
	}
	return nil
}

// withCharset adds a charset to contentType if it is a text type without parameters.
func withCharset(contentType string) string {
	switch contentType { // the common types without an allocation
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
