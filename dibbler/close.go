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

// Close sends the whole response and closes the connection, so that the client has the
// page while the methlet still runs. Later writes fail, and later calls of Close do
// nothing.
//
// In these cases the response ends only when the methlet returns: a middleware changes
// its length, as compression does; it has trailers; there is a middleware, and the
// response was flushed without a Content-Length; or the server does not support
// hijacking.
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
			if w.buffered != nil {
				length = len(*w.buffered)
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
	// A middleware that changes the content is finished only when the methlet returns.
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
	// net/http sends the content in chunks unless its length is known or the client uses
	// HTTP/1.0 (RFC 9112, section 6.3).
	if !known && w.req.ProtoAtLeast(1, 1) && h.Get("Transfer-Encoding") != "identity" {
		_, err = io.WriteString(conn, "0\r\n\r\n")
	}
	return errors.Join(err, w.closeConn(conn))
}

func hasTrailers(h http.Header) bool {
	for name := range h {
		if name == "Trailer" || strings.HasPrefix(name, http.TrailerPrefix) {
			return true
		}
	}
	return false
}

// isNetHTTP reports whether rw is the ResponseWriter of an [http.Server] and not that of a
// middleware.
func isNetHTTP(rw http.ResponseWriter) bool {
	if slow, ok := rw.(*slowWriter); ok {
		rw = slow.ResponseWriter
	}
	return reflect.TypeOf(rw).String() == "*http.response"
}

// closeConn closes conn, which was hijacked. If the client is still sending, closing the
// connection would reset it, and the client could lose the response. So the rest of the
// request is read first, in the background.
func (w *Response) closeConn(conn net.Conn) error {
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
