package dibbler

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// Tests that check log messages set a Logger.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	// This function sleeps for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// The limits that the package documents.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	writeTimeout  = 60 * time.Second
	writeChunk    = 1 << 20
	maxConns      = 1000
)

// register returns a server with plugins.
func register(t testing.TB, plugins ...any) *Server {
	t.Helper()
	s := &Server{Addr: "127.0.0.1:0"}
	if err := s.Register(plugins...); err != nil {
		t.Fatal(err)
	}
	return s
}

// A run is a Context that runs in a test.
type run struct {
	*Context
	t    testing.TB
	done chan struct{}
	err  error
}

// start runs services in c until the test ends.
func start(t testing.TB, c *Context, services ...Service) *run {
	t.Helper()
	if err := c.Add(services...); err != nil {
		t.Fatal(err)
	}
	r := &run{Context: c, t: t, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = c.Run(context.Background())
	}()
	t.Cleanup(func() {
		c.Close()
		<-r.done
		http.DefaultClient.CloseIdleConnections()
	})
	return r
}

// wait returns the error of Run.
func (r *run) wait() error {
	<-r.done
	return r.err
}

// wantEnd waits until the environment has ended, and fails the test if Run returns an error.
func (r *run) wantEnd() {
	r.t.Helper()
	if err := r.wait(); err != nil {
		r.t.Error(err)
	}
}

// serve runs a server with plugins until the test ends.
func serve(t testing.TB, plugins ...any) (*Server, *run) {
	s := register(t, plugins...)
	return s, start(t, &Context{}, s)
}

// get returns the status and the content of the page at url.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, readAll(t, resp.Body)
}

func readAll(t testing.TB, body io.ReadCloser) string {
	t.Helper()
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ask calls h with a request, without a connection.
func ask(h http.Handler, method, target string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(method, target, nil))
	return rec
}

// A logBuffer keeps log messages.
type logBuffer struct {
	wrote chan struct{} // receives a value for each message, if not nil
	mu    sync.Mutex
	text  strings.Builder
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrote != nil {
		defer func() { l.wrote <- struct{}{} }()
	}
	return l.text.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logBuffer) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// wantText fails the test if text does not contain all parts.
func wantText(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q not found in:\n%s", p, text)
		}
	}
}

// cutOf returns the Unfinished list of the CutError in err.
func cutOf(err error) []string {
	if cut, ok := errors.AsType[*CutError](err); ok {
		return cut.Unfinished
	}
	return nil
}
