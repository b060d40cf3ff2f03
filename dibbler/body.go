package dibbler

import (
	"io"
	"net/http"
	"time"
)

// A body is a request's body whose sender is given readTimeout for each piece,
// so that a large upload may take long and a stalled one may not.
type body struct {
	io.ReadCloser
	rc    *http.ResponseController
	armed time.Time
	done  bool
}

func newBody(w http.ResponseWriter, b io.ReadCloser) *body {
	d := &body{ReadCloser: b, rc: http.NewResponseController(w)}
	d.extend(time.Now())
	return d
}

func (b *body) Read(p []byte) (int, error) {
	if now := time.Now(); !b.done && now.Sub(b.armed) >= time.Second {
		b.extend(now)
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil && !b.done {
		// After the end the server watches the connection for the client's leaving,
		// which is to take as long as it likes.
		b.done = true
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// extend moves the deadline. Where the connection has none there is nothing to
// move.
func (b *body) extend(now time.Time) {
	b.armed = now
	_ = b.rc.SetReadDeadline(now.Add(readTimeout))
}
