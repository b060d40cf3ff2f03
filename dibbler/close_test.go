package dibbler

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestClose_early(t *testing.T) {
	for _, version := range []string{"1.0", "1.1"} {
		for _, flushed := range []bool{false, true} {
			for _, length := range []string{"", "4"} {
				goOn, wrote := make(chan bool), make(chan error, 1)
				url, _, _ := page1(t, func(w *Response, r *http.Request) error {
					w.Header().Set("Content-Length", length)
					if length == "" {
						w.Header().Del("Content-Length")
					}
					w.WriteOKHeaders("text/plain")
					fmt.Fprint(w, "bye.")
					if flushed {
						w.Flush()
					}
					if err := w.Close(); err != nil {
						t.Error(err)
					}
					if err := w.Close(); err != nil {
						t.Error("second Close:", err)
					}
					<-goOn
					_, err := w.Write([]byte("more"))
					wrote <- err
					return errors.New("after the end")
				})
				conn := dial(t, url)
				fmt.Fprintf(conn, "GET /page HTTP/%s\r\nHost: x\r\n\r\n", version)
				in := bufio.NewReader(conn)
				if _, body := readAnswer(t, in); body != "bye." {
					t.Errorf("HTTP/%s: %q", version, body)
				}
				if rest, err := io.ReadAll(in); len(rest) > 0 || err != nil {
					t.Errorf("HTTP/%s: after the answer: %q, %v", version, rest, err)
				}
				close(goOn)
				if err := <-wrote; !errors.Is(err, net.ErrClosed) {
					t.Errorf("a write after Close: %v", err)
				}
			}
		}
	}
}

func TestClose_noFlusher(t *testing.T) {
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		fmt.Fprint(w, "bye")
		return w.Close()
	}})
	if rec := ask(http.TimeoutHandler(s, time.Hour, ""), "GET", "/page"); rec.Body.String() != "bye" {
		t.Errorf("%q", rec.Body)
	}
}

func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		next.ServeHTTP(compressed{w, z}, r)
		z.Close()
	})
}

type compressed struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (c compressed) WriteHeader(status int) {
	c.Header().Del("Content-Length")
	c.ResponseWriter.WriteHeader(status)
}

func (c compressed) Write(p []byte) (int, error) { return c.z.Write(p) }

func (c compressed) FlushError() error {
	return errors.Join(c.z.Flush(), http.NewResponseController(c.ResponseWriter).Flush())
}

func (c compressed) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func TestClose_wholeAnswer(t *testing.T) {
	header := func(name, value string) func(w *Response) {
		return func(w *Response) { w.Header().Set(name, value) }
	}
	for name, test := range map[string]struct {
		wrap  func(http.Handler) http.Handler
		begin func(w *Response)
		late  bool // the answer ends when the methlet returns
	}{
		"plain":    {begin: func(w *Response) {}},
		"chunked":  {begin: header("Transfer-Encoding", "chunked")},
		"identity": {begin: header("Transfer-Encoding", "identity")},
		"chunked, length": {begin: func(w *Response) {
			w.Header().Set("Transfer-Encoding", "chunked")
			w.Header().Set("Content-Length", "16")
		}},
		"compressed":        {wrap: compress, begin: func(w *Response) {}, late: true},
		"trailer":           {begin: header("Trailer", "Sum"), late: true},
		"trailer by prefix": {begin: header(http.TrailerPrefix+"Sum", "1"), late: true},
		"other middleware": {wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(unchanged{w}, r) })
		}, begin: func(w *Response) {}},
	} {
		for _, flush := range []bool{false, true} {
			goOn := make(chan bool)
			s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
				test.begin(w)
				fmt.Fprint(w, "the whole ")
				if flush {
					w.Flush()
				}
				fmt.Fprint(w, "answer")
				w.Header().Set("Sum", "1")
				err := w.Close()
				<-goOn
				return err
			}})
			s.Wrap = test.wrap
			start(t, &Context{}, s)
			if test.late || test.wrap != nil && flush {
				close(goOn)
			}
			resp, err := http.Get(s.URL() + "page")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(body) != "the whole answer" || resp.Trailer.Get("Sum") != map[bool]string{true: "1"}[strings.HasPrefix(name, "trailer")] {
				t.Errorf("%s, flushed %v: %q, %v, trailer %v", name, flush, body, err, resp.Trailer)
			}
			if !(test.late || test.wrap != nil && flush) {
				close(goOn)
			}
		}
	}
}

type unchanged struct{ http.ResponseWriter }

func (p unchanged) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// Cutting an environment without unfinished requests is not an error.
func TestClose_idle(t *testing.T) {
	for range 50 {
		log := new(bytes.Buffer)
		logger := slog.New(slog.NewTextHandler(log, nil))
		env := Context{Logger: logger}
		s := &Server{Addr: "127.0.0.1:0", Logger: logger}
		if err := env.Add(s, &Task{Name: "clock", Run: func(ctx context.Context) error { <-ctx.Done(); return nil }}); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- env.Run(context.Background()) }()
		go env.Stop()
		env.Close()
		if err := <-ended; err != nil || log.Len() > 0 {
			t.Fatalf("%v, log: %s", err, log)
		}
	}
}
