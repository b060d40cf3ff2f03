package dibbler

import (
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// Close sends the answer, ends it and closes the connection, so that the client has
// the whole page while the methlet goes on. Later writes fail.
//
// The answer ends when the methlet returns, and not before, where a middleware
// changes its length, as compression does, where it has trailers, and where it was
// flushed without a Content-Length and there is a middleware at all; also where the
// connection cannot be taken from the server underneath.
func (w *Response) Close() error {
	if w.ended || w.hijacked {
		return nil
	}
	h := w.Header()
	headerOnly := w.req.Method == http.MethodHead || noContent(w.status)
	if !w.sent {
		h.Set("Connection", "close")
		if !headerOnly && !hasTrailers(h) && h.Get("Transfer-Encoding") == "" && h.Get("Content-Length") == "" {
			length := 0
			if w.held != nil {
				length = len(*w.held)
			}
			h.Set("Content-Length", strconv.Itoa(length))
		}
	}
	length := h.Get("Content-Length")
	err := w.FlushError()
	w.ended = true
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	// What a middleware does with the content is done when the methlet returns.
	known := headerOnly || length != "" && h.Get("Transfer-Encoding") == ""
	if hasTrailers(h) || h.Get("Content-Length") != length || !known && !isNetHTTP(w.rw) {
		return nil
	}
	conn, _, err := w.Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	if err != nil {
		return err
	}
	// net/http sends the content in chunks unless its length is known or the client
	// is too old (RFC 9112, section 6.3).
	if !known && w.req.ProtoAtLeast(1, 1) && h.Get("Transfer-Encoding") != "identity" {
		_, err = io.WriteString(conn, "0\r\n\r\n")
	}
	return errors.Join(err, w.hangUp(conn))
}

func hasTrailers(h http.Header) bool {
	for name := range h {
		if name == "Trailer" || strings.HasPrefix(name, http.TrailerPrefix) {
			return true
		}
	}
	return false
}

// isNetHTTP reports whether rw is the writer of a [http.Server] itself and not one
// that a middleware has put in front of it.
func isNetHTTP(rw http.ResponseWriter) bool {
	if slow, ok := rw.(*slowWriter); ok {
		rw = slow.ResponseWriter
	}
	return reflect.TypeOf(rw).String() == "*http.response"
}

// hangUp closes conn, which was taken from the server. A client that is still sending
// would have its answer destroyed by the reset that a plain close causes, so what it
// sends is read on, without keeping the methlet waiting.
func (w *Response) hangUp(conn net.Conn) error {
	if w.conn != nil {
		return w.conn.CloseAfterBody()
	}
	half, ok := conn.(interface{ CloseWrite() error })
	if w.req.Body == http.NoBody || !ok {
		return conn.Close()
	}
	if err := half.CloseWrite(); err != nil {
		return errors.Join(err, conn.Close())
	}
	if err := conn.SetReadDeadline(time.Now().Add(drain.DiscardTime)); err != nil {
		return errors.Join(err, conn.Close())
	}
	go func() {
		_, _ = io.CopyN(io.Discard, conn, drain.DiscardBytes)
		_ = conn.Close()
	}()
	return nil
}
