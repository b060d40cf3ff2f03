package dibbler

import (
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// A slowWriter is the ResponseWriter of another server, with a time limit for each piece
// of the response. Without it, that server would wait for ever for a client that reads
// nothing. In a Context, conn enforces the time limit.
type slowWriter struct {
	http.ResponseWriter
	rc       *http.ResponseController
	body     *body         // nil if the request has no body
	timeout  time.Duration // 0 if the author has set a deadline or the server has a timeout
	extended time.Time
	http2    bool // a deadline ends the stream even if no Write waits
}

// newSlowWriter returns rw as a slowWriter, or nil if the server has timeouts.
func (s *Server) newSlowWriter(rw http.ResponseWriter, r *http.Request) *slowWriter {
	b, _ := r.Context().Value(bodyKey{}).(*body)
	limited := hasTimeout(r, func(s *http.Server) time.Duration { return s.WriteTimeout })
	if limited && (b == nil || b.rc == nil) {
		return nil
	}
	w := &slowWriter{ResponseWriter: rw, rc: http.NewResponseController(rw), body: b, http2: r.ProtoMajor >= 2}
	if !limited {
		w.timeout = s.Limits.forConns().Write
	}
	if !w.http2 {
		w.extend()
	}
	return w
}

// extend extends the deadline, at most once a second.
func (w *slowWriter) extend() {
	if now := time.Now(); w.timeout > 0 && now.Sub(w.extended) >= time.Second {
		w.extended = now
		_ = w.rc.SetWriteDeadline(now.Add(w.timeout)) // some servers have no deadlines
	}
}

// pause removes the deadline of HTTP/2 until the next Write.
func (w *slowWriter) pause() {
	if w.http2 && w.timeout > 0 {
		w.extended = time.Time{}
		_ = w.rc.SetWriteDeadline(w.extended)
	}
}

func (w *slowWriter) Write(p []byte) (n int, err error) {
	for {
		w.extend()
		m, err := w.ResponseWriter.Write(p[n:min(len(p), n+drain.WritePiece)])
		w.pause()
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// FlushError, SetReadDeadline and SetWriteDeadline are called by
// [http.ResponseController]. The deadlines that an author sets replace those of extend.
func (w *slowWriter) FlushError() error {
	defer w.pause()
	w.extend()
	return w.rc.Flush()
}

func (w *slowWriter) SetReadDeadline(t time.Time) error {
	if w.body != nil {
		w.body.rc = nil
	}
	return w.rc.SetReadDeadline(t)
}

func (w *slowWriter) SetWriteDeadline(t time.Time) error {
	w.timeout = 0
	return w.rc.SetWriteDeadline(t)
}

// Unwrap returns the underlying writer, for [http.ResponseController].
func (w *slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
