package dibbler

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"time"
)

// withBody returns r with a body that is bounded. It returns a copy: the server
// underneath has to find the body that it has made, to know whether it was read and
// whether the client waits with sending it.
func (s *Server) withBody(rw http.ResponseWriter, r *http.Request, c *conn) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		return r
	}
	b := &body{ReadCloser: r.Body, rw: rw, most: cmp.Or(s.MaxBody, defaultMaxBody), conn: c}
	if c == nil && !hasTimeout(r, func(s *http.Server) time.Duration { return s.ReadTimeout }) {
		b.rc, b.timeout = http.NewResponseController(rw), s.Limits.forConns().Read
	}
	b.extend()
	bounded := r.WithContext(context.WithValue(r.Context(), bodyKey{}, b))
	bounded.Body = b
	return bounded
}

// limitBody has n be the most bytes of r's body, unless some were read already.
func limitBody(r *http.Request, n int64) {
	if b, ok := r.Context().Value(bodyKey{}).(*body); ok {
		b.most = n
	}
}

// hasTimeout reports whether the server underneath bounds something itself.
func hasTimeout(r *http.Request, timeout func(*http.Server) time.Duration) bool {
	s, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	return !ok || timeout(s) > 0
}

// bodyKey finds the body in a request's context.
type bodyKey struct{}

// A body is a request's body. Its sender has some time for each next piece, so that
// a large upload may take long and a stalled one may not: a conn sees to it, once it
// knows where the body ends; in another server, the deadline is moved here.
type body struct {
	io.ReadCloser
	rw      http.ResponseWriter
	most    int64
	bounded io.ReadCloser // at most bytes of it; nil before the first is read
	conn    *conn
	rc      *http.ResponseController // nil: the deadline is not moved any more
	timeout time.Duration
	moved   time.Time
}

func (b *body) Read(p []byte) (int, error) {
	if b.bounded == nil {
		b.bounded = http.MaxBytesReader(b.rw, unboundedBody{b}, b.most)
	}
	return b.bounded.Read(p)
}

// An unboundedBody is a body without its limit.
type unboundedBody struct{ *body }

func (u unboundedBody) Read(p []byte) (int, error) {
	b := u.body
	b.extend()
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && b.conn != nil:
		b.conn.BodyRead()
	case err == io.EOF && b.rc != nil:
		// From now on the server waits for the client to leave, for as long as it
		// likes. After any other error the deadline stays: the server would read on.
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	b.rc = nil
	return n, err
}

// extend moves the deadline, unless it was moved just now.
func (b *body) extend() {
	if b.rc == nil {
		return
	}
	if now := time.Now(); now.Sub(b.moved) >= time.Second {
		b.moved = now
		_ = b.rc.SetReadDeadline(now.Add(b.timeout)) // where there is one
	}
}
