package dibbler

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"time"
)

// withBody returns a copy of r with a limited body. r keeps its body, because net/http
// needs it after the handler: it checks whether the body was read, and whether the client
// waits for 100 Continue.
func (s *Server) withBody(rw http.ResponseWriter, r *http.Request, c *conn) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		return r
	}
	b := &body{ReadCloser: r.Body, rw: rw, limit: cmp.Or(s.MaxBody, defaultMaxBody), conn: c, http2: r.ProtoMajor >= 2}
	if c == nil && !hasTimeout(r, func(s *http.Server) time.Duration { return s.ReadTimeout }) {
		b.rc, b.timeout = http.NewResponseController(rw), s.Limits.forConns().Read
	}
	if !b.http2 {
		b.extend() // net/http reads the rest of the body after the handler
	}
	limited := r.WithContext(context.WithValue(r.Context(), bodyKey{}, b))
	limited.Body = b
	return limited
}

// limitBody sets the limit of r's body to n bytes, unless reading has begun.
func limitBody(r *http.Request, n int64) {
	if b, ok := r.Context().Value(bodyKey{}).(*body); ok {
		b.limit = n
	}
}

// hasTimeout reports whether a timeout of the http.Server of r is set. It returns true if
// that is unknown.
func hasTimeout(r *http.Request, timeout func(*http.Server) time.Duration) bool {
	s, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	return !ok || timeout(s) > 0
}

// bodyKey is the key of the body in a request's context.
type bodyKey struct{}

// A body is a request's body with a maximum size, and with a time limit for each piece, so
// that a large upload may take long, but not a stalled one. In a Context, conn enforces the
// time limit; in another server, body extends the deadline.
type body struct {
	io.ReadCloser
	rw       http.ResponseWriter
	limit    int64         // bytes
	limited  io.ReadCloser // returns an error after limit bytes; nil before the first Read
	conn     *conn
	rc       *http.ResponseController // nil if the deadline is not extended any more
	timeout  time.Duration
	extended time.Time
	http2    bool // a deadline ends the stream even if no Read waits
}

func (b *body) Read(p []byte) (int, error) {
	if b.limited == nil {
		b.limited = http.MaxBytesReader(b.rw, unlimitedBody{b}, b.limit)
	}
	return b.limited.Read(p)
}

// An unlimitedBody is a body without the maximum size.
type unlimitedBody struct{ *body }

func (u unlimitedBody) Read(p []byte) (int, error) {
	b := u.body
	b.extend()
	n, err := b.ReadCloser.Read(p)
	switch {
	case err == nil:
		b.pause()
		return n, nil
	case err == io.EOF && b.conn != nil:
		b.conn.BodyRead()
	case err == io.EOF && b.rc != nil:
		// The server now waits for the client to disconnect, without a time limit. After
		// another error the server would keep reading, so the deadline stays.
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	b.rc = nil
	return n, err
}

// extend extends the deadline, at most once a second.
func (b *body) extend() {
	if b.rc == nil {
		return
	}
	if now := time.Now(); now.Sub(b.extended) >= time.Second {
		b.extended = now
		_ = b.rc.SetReadDeadline(now.Add(b.timeout)) // some servers have no deadlines
	}
}

// pause removes the deadline of HTTP/2 until the next Read.
func (b *body) pause() {
	if b.http2 && b.rc != nil {
		b.extended = time.Time{}
		_ = b.rc.SetReadDeadline(b.extended)
	}
}
