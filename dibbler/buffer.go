package dibbler

import (
	"cmp"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// maxBuffered is how many bytes of a response are buffered.
const maxBuffered = 32 << 10

// The buffers in bufferPool grow to the size of the program's pages.
var bufferPool = sync.Pool{New: func() any { return new([]byte) }}

// mustBuffer reports whether the next n bytes of content must be added to w.buffered.
// Otherwise, if the error is nil, they must be written to w.rw.
func (w *Response) mustBuffer(n int) (bool, error) {
	if err := w.writable(); err != nil {
		return false, err
	}
	if w.failed {
		return false, net.ErrClosed
	}
	if w.sent {
		return false, nil
	}
	if n > 0 && noContent(w.status) {
		return false, http.ErrBodyNotAllowed
	}
	if w.buffered == nil && (n > maxBuffered || w.streams()) {
		return false, w.send()
	}
	if w.buffered == nil {
		w.buffered = bufferPool.Get().(*[]byte)
	}
	if len(*w.buffered)+n > maxBuffered {
		return false, w.send()
	}
	return true, nil
}

// streams reports whether a response with the current header is not buffered.
func (w *Response) streams() bool {
	h := w.Header()
	contentType := h["Content-Type"]
	return len(contentType) > 0 && strings.HasPrefix(contentType[0], "text/event-stream") || len(h["Trailer"]) > 0
}

// send sends the header and the buffered content, unless it was called before or the
// connection was hijacked.
func (w *Response) send() error {
	if w.sent || w.hijacked {
		return nil
	}
	w.sent = true
	if w.conn != nil && w.status != http.StatusSwitchingProtocols && w.conn.isLast(w.req) {
		w.Header().Set("Connection", "close")
	}
	if w.status == 0 && w.errs.fails() {
		w.status = http.StatusUnprocessableEntity
	}
	w.status = cmp.Or(w.status, http.StatusOK)
	w.rw.WriteHeader(w.status)
	if w.buffered == nil {
		return nil
	}
	n, err := w.Write(*w.buffered)
	if err == nil && n < len(*w.buffered) {
		err = io.ErrShortWrite // a ResponseWriter of middleware breaks the rules of io.Writer
	}
	w.drop()
	return err
}

// noContent reports whether a response with this status has no content.
func noContent(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// drop discards the buffered content.
func (w *Response) drop() {
	if w.buffered != nil {
		*w.buffered = (*w.buffered)[:0]
		bufferPool.Put(w.buffered)
		w.buffered = nil
	}
}

// untouched reports whether the methlet has neither written nor set a status.
func (w *Response) untouched() bool {
	return !w.sent && !w.hijacked && w.status == 0 && w.buffered == nil
}
