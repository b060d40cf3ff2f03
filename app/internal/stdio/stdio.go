// Package stdio keeps a program running if its standard output or standard error is not
// read: by a pager that has stopped, a terminal after Ctrl-S, a console in which text is
// selected, or a launcher that has ended.
package stdio

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// writeTimeout is how long a Write waits for the reader.
const writeTimeout = time.Second

// ErrUnread is returned by Write while the output is not read.
var ErrUnread = errors.New("stdio: the output is not read")

// A Writer writes to a file whose reader may stop reading. It waits once for the reader,
// for a second. Until the reader continues, later writes fail at once with [ErrUnread]. A
// Writer may be used concurrently.
type Writer struct {
	to io.Writer

	mu   sync.Mutex
	last chan struct{} // closed when the last write is done; nil before the first
}

// NewWriter returns a Writer to w, such as os.Stdout.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != nil {
		select {
		case <-w.last:
		default:
			return 0, ErrUnread
		}
	}
	text, done := bytes.Clone(p), make(chan struct{})
	w.last = done
	var n int
	var err error
	go func() {
		defer close(done)
		n, err = w.to.Write(text)
	}()
	select {
	case <-done:
		return n, err
	case <-time.After(writeTimeout):
		return 0, ErrUnread
	}
}

// IsTerminal reports whether w, a [Writer] or an [os.File], is a terminal.
func IsTerminal(w io.Writer) bool {
	if sw, ok := w.(*Writer); ok {
		w = sw.to
	}
	f, ok := w.(*os.File)
	return ok && isTerminal(f)
}
