package dibbler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// A conn is a connection of a Server that runs in a Context.
type conn struct {
	*drain.Conn
	env *Context
	cut <-chan struct{} // closed when the service is cut

	// saidLast says that the response has "Connection: close" in case a middleware answers.
	// It is atomic because a middleware may let a handler run on.
	saidLast atomic.Bool
}

// connKey is the key of the conn in a request's context.
type connKey struct{}

// connOf returns the connection of r, or nil if another server has accepted it.
func connOf(r *http.Request) *conn {
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// isLast reports whether the connection must be closed after the response to r.
func (c *conn) isLast(r *http.Request) bool { return hasUnsureLength(r) || c.IsLast() }

// hasUnsureLength reports whether the client and the server may disagree about the end of
// r's body, so that the bytes after it may not be a request. RFC 9112, section 6.1, closes
// the connection after a chunked body with a Content-Length, and after a chunked request of
// HTTP/1.0. net/http does not show either, so all requests that may be one of them count.
func hasUnsureLength(r *http.Request) bool {
	return len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1)
}

// A webService is a Server that runs in a Context.
type webService struct {
	server   *Server
	listener *drain.Listener
	http     *http.Server
	stopping *stopSignal
	cancel   context.CancelFunc
}

func (s *Server) open(env *Context) (_ runner, err error) {
	w := &webService{server: s, stopping: newStopSignal()}
	if !s.service.CompareAndSwap(nil, w) {
		return nil, errors.New("dibbler: the Server was added before; remove it first, or add another one")
	}
	defer func() {
		if err != nil {
			w.release()
		}
	}()
	if s.MaxBody < 0 {
		return nil, errors.New("dibbler: MaxBody of the Server must not be negative; zero means 32 MiB")
	}
	if err := s.Limits.check(); err != nil {
		return nil, err
	}
	if _, err := s.handler(); err != nil {
		return nil, err
	}
	ls, err := s.listen()
	if err != nil {
		return nil, err
	}
	w.listener = drain.New(ls, drain.Config{
		Limits:     s.Limits.forConns(),
		Filter:     s.connFilter,
		Fail:       env.fail(s.logger),
		Logger:     s.logger,
		BadRequest: s.badRequestPage,
	})
	ctx, cancel := context.WithCancel(w.stopping.context())
	w.cancel = cancel
	w.http = &http.Server{
		Handler:                      w,
		MaxHeaderBytes:               s.Limits.maxHeaderBytes(),
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(errorLog{s}, "", 0),
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, &conn{Conn: c.(*drain.Conn), env: env, cut: ctx.Done()})
		},
		ConnState: drain.ConnState,
	}
	return w, nil
}

// listen returns s.Listeners, or a listener on s.Addr.
func (s *Server) listen() ([]net.Listener, error) {
	if len(s.Listeners) == 0 {
		l, err := listen(cmp.Or(s.Addr, defaultAddr))
		return []net.Listener{l}, err
	}
	if len(s.usedListeners) > 0 && s.usedListeners[0] == s.Listeners[0] {
		return nil, errors.New("dibbler: the Server's Listeners were closed when it was removed; give it new ones")
	}
	for i, l := range s.Listeners {
		if l == nil {
			return nil, fmt.Errorf("dibbler: Listeners[%d] of the Server is nil", i)
		}
		if fmt.Sprintf("%T", l) == "*tls.listener" {
			return nil, fmt.Errorf("dibbler: Listeners[%d] of the Server is a TLS listener, and the Server has no TLS; pass the listener that it wraps, or use the Server as the Handler of an http.Server with TLS", i)
		}
	}
	s.usedListeners = s.Listeners
	return s.Listeners, nil
}

// abandon closes the Listeners of a server that was not added.
func (s *Server) abandon() {
	if s.service.Load() == nil {
		s.usedListeners = s.Listeners
		for _, l := range s.Listeners {
			if l != nil {
				_ = l.Close()
			}
		}
	}
}

// release allows the server to be added again.
func (w *webService) release() { w.server.service.CompareAndSwap(w, nil) }

// ServeHTTP tells the connection about the request and serves it.
func (w *webService) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	c := connOf(r)
	if c.Begin(r.Method, r.URL.Path, r.ContentLength) {
		defer c.End()
	}
	c.saidLast.Store(w.server.Wrap != nil && c.isLast(r))
	if c.saidLast.Load() {
		rw.Header().Set("Connection", "close")
	}
	w.server.serve(rw, r, c)
}

func (w *webService) added() {
	u := homeURL(w.listener.Addr())
	w.server.url.Store(&u)
}

func (w *webService) serve() error {
	err := w.listener.Run(func(l net.Listener) { _ = w.http.Serve(l) }) // Run returns the error of Accept
	w.cancel()
	w.release()
	return err
}

func (w *webService) closeListeners() error {
	defer w.release()
	return w.listener.Close()
}

// drain drains the listener first, so that connections are closed after the streams that
// are then told to end.
func (w *webService) drain() {
	w.listener.Drain()
	w.stopping.send()
}

func (w *webService) unfinished() []string { return w.listener.Unfinished() }
func (w *webService) cut() {
	w.release()
	w.cancel()
	w.listener.Cut()
}

// An errorLog logs the messages of net/http. It gets the logger for each message, because a
// program may call slog.SetDefault after Add.
type errorLog struct{ server *Server }

func (l errorLog) Write(line []byte) (int, error) {
	l.server.logger().Warn(strings.TrimSpace(string(line)))
	return len(line), nil
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dibbler: cannot listen: %w", err)
	}
	return l, nil
}

// homeURL returns the URL of addr for a browser on this machine, or "" if addr is not a TCP
// address.
func homeURL(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := tcp.IP.String()
	switch {
	case tcp.IP.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case tcp.IP.IsUnspecified():
		host = "::1" // the listener may not accept IPv4
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port)) + "/"
}
