package peers

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
)

// Repeat returns a function that calls h with the request of c, with little overhead. The function
// returns the status and the length of the answer.
func (c Case) Repeat(h http.Handler) func() (status, length int) {
	parsed, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.Request)))
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(parsed.Body)
	if err != nil {
		panic(err)
	}
	parsed.RemoteAddr = "127.0.0.1:1"
	source := bytes.NewReader(body)
	parsed.Body = http.NoBody
	if len(body) > 0 {
		parsed.Body = io.NopCloser(source)
	}
	w := &counter{header: http.Header{}}
	return func() (int, int) {
		source.Reset(body)
		clear(w.header)
		w.status, w.length = 0, 0
		r := *parsed // a handler stores the parsed form in it
		h.ServeHTTP(w, &r)
		return w.status, w.length
	}
}

// A counter is a ResponseWriter that counts bytes.
type counter struct {
	header         http.Header
	status, length int
}

func (w *counter) Header() http.Header { return w.header }

func (w *counter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *counter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.length += len(p)
	return len(p), nil
}

func (w *counter) WriteString(s string) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.length += len(s)
	return len(s), nil
}
