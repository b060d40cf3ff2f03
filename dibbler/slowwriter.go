package dibbler

import (
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// A slowWriter is the ResponseWriter of another server, which would wait for a
// client that takes nothing for as long as it likes. Here the client has some time
// for each piece. A conn sees to that itself.
type slowWriter struct {
	http.ResponseWriter
	rc      *http.ResponseController
	body    *body         // nil: there is none
	timeout time.Duration // 0: the author has set a deadline
	moved   time.Time
}

// newSlowWriter returns rw as a slowWriter, or nil if the server bounds writing.
func (s *Server) newSlowWriter(rw http.ResponseWriter, r *http.Request) *slowWriter {
	if hasTimeout(r, func(s *http.Server) time.Duration { return s.WriteTimeout }) {
		return nil
	}
	w := &slowWriter{ResponseWriter: rw, rc: http.NewResponseController(rw), timeout: s.Limits.forConns().Write}
	w.body, _ = r.Context().Value(bodyKey{}).(*body)
	w.extend()
	return w
}

// extend moves the deadline, unless it was moved just now.
func (w *slowWriter) extend() {
	if now := time.Now(); w.timeout > 0 && now.Sub(w.moved) >= time.Second {
		w.moved = now
		_ = w.rc.SetWriteDeadline(now.Add(w.timeout)) // where there is one
	}
}

func (w *slowWriter) Write(p []byte) (n int, err error) {
	for {
		w.extend()
		m, err := w.ResponseWriter.Write(p[n:min(len(p), n+drain.WritePiece)])
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// FlushError is found by [http.ResponseController], as the next two are, with which
// an author puts deadlines in place of ours.
func (w *slowWriter) FlushError() error {
	w.extend()
	return w.rc.Flush()
}

// SetReadDeadline sets a deadline that stays.
func (w *slowWriter) SetReadDeadline(t time.Time) error {
	if w.body != nil {
		w.body.rc = nil
	}
	return w.rc.SetReadDeadline(t)
}

// SetWriteDeadline sets a deadline that stays.
func (w *slowWriter) SetWriteDeadline(t time.Time) error {
	w.timeout = 0
	return w.rc.SetWriteDeadline(t)
}

// Unwrap returns the writer underneath, for [http.ResponseController].
func (w *slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
