package dibbler

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// maxHeld is how much of an answer is held.
const maxHeld = 32 << 10

var heldPool = sync.Pool{New: func() any {
	b := make([]byte, 0, maxHeld)
	return &b
}}

// hold reports whether the next n bytes of content are held. If not, they may be
// written if there is no error.
func (w *Response) hold(n int) (bool, error) {
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
	if w.held == nil && (n > maxHeld || w.streams()) {
		return false, w.send()
	}
	if w.held == nil {
		w.held = heldPool.Get().(*[]byte)
	}
	if len(*w.held)+n > maxHeld {
		return false, w.send()
	}
	return true, nil
}

// streams reports whether an answer with the present header is not held.
func (w *Response) streams() bool {
	h := w.Header()
	contentType := h["Content-Type"]
	return len(contentType) > 0 && strings.HasPrefix(contentType[0], "text/event-stream") || len(h["Trailer"]) > 0
}

// send sends the header and the held content, once, unless the connection was taken.
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
	if w.held == nil {
		return nil
	}
	_, err := w.Write(*w.held)
	w.drop()
	return err
}

// noContent reports whether an answer of this status has a header only.
func noContent(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// drop drops the held content.
func (w *Response) drop() {
	if w.held != nil {
		*w.held = (*w.held)[:0]
		heldPool.Put(w.held)
		w.held = nil
	}
}

// untouched reports whether the methlet has neither written nor set a status.
func (w *Response) untouched() bool {
	return !w.sent && !w.hijacked && w.status == 0 && w.held == nil
}

// written returns what a writer has written of want bytes. Writers that report less
// without an error, or more, would have a loop around them go wrong.
func written(n, want int, err error) (int, error) {
	switch {
	case n < 0 || n > want:
		return 0, fmt.Errorf("dibbler: a writer of %d bytes has reported %d", want, n)
	case n < want && err == nil:
		return n, io.ErrShortWrite
	}
	return n, err
}
