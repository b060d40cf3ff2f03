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

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// A conn is a connection of a Server that runs in a Context.
type conn struct {
	*drain.Conn
	env *Context
	cut <-chan struct{} // closed when what is in flight is cut
}

// connKey finds the conn in a request's context.
type connKey struct{}

// connOf returns the connection of r, or nil if another server has accepted it.
func connOf(r *http.Request) *conn {
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// isLast reports whether the answer to r is to be the last one over the
// connection: because it is not sure where r ends, or because the service ends or
// others wait for a place, and no other request has come yet.
func (c *conn) isLast(r *http.Request) bool { return isLengthUnsure(r) || c.IsLast() }

// isLengthUnsure reports whether the client may have another opinion about where
// r's body ends, so that nothing that comes after it can be trusted to be a
// request. net/http does not tell whether a chunked body has a length as well, nor
// whether a request of HTTP/1.0 is chunked, which it then takes no notice of; after
// both, RFC 9112, section 6.1, has the connection end.
func isLengthUnsure(r *http.Request) bool {
	return len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1)
}

// A webService is a Server that runs in a Context.
type webService struct {
	server   *Server
	listener *drain.Listener
	web      *http.Server
	stopping *stopSignal
	cancel   context.CancelFunc
}

func (s *Server) open(env *Context) (_ runner, err error) {
	w := &webService{server: s, stopping: newStopSignal()}
	if !s.service.CompareAndSwap(nil, w) {
		return nil, errors.New("dibbler: the Server was added already; remove it first, or add another one")
	}
	defer func() {
		if err != nil {
			w.release()
		}
	}()
	if s.MaxBody < 0 {
		return nil, errors.New("dibbler: MaxBody of a Server cannot be negative; leave it out for 32 MiB")
	}
	if err := s.Limits.check(); err != nil {
		return nil, err
	}
	if _, err := s.handler(); err != nil {
		return nil, err
	}
	at, err := s.listen()
	if err != nil {
		return nil, err
	}
	w.listener = drain.New(at, drain.Config{
		Limits: s.Limits.forConns(),
		Filter: s.connFilter,
		Fail:   env.fail(s.logger),
		Logger: s.logger,
		Refuse: s.unreadable,
	})
	ctx, cancel := context.WithCancel(w.stopping.context())
	w.cancel = cancel
	w.web = &http.Server{
		Handler:                      w,
		MaxHeaderBytes:               s.Limits.maxHeaderBytes(),
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(webLog{s}, "", 0),
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, &conn{c.(*drain.Conn), env, ctx.Done()})
		},
		ConnState: drain.ConnState,
	}
	return w, nil
}

// listen returns what s listens on.
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
			return nil, fmt.Errorf("dibbler: Listeners[%d] of the Server is for TLS, which it does not speak; give it the listener underneath, or mount it in an http.Server that speaks TLS", i)
		}
	}
	s.usedListeners = s.Listeners
	return s.Listeners, nil
}

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

// release lets the server be added again.
func (w *webService) release() { w.server.service.CompareAndSwap(w, nil) }

// ServeHTTP answers one request, and notes that it does.
func (w *webService) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	c := connOf(r)
	if c.Begin(r.Method, r.URL.Path, r.ContentLength) {
		defer c.End()
	}
	if c.isLast(r) {
		rw.Header().Set("Connection", "close")
	}
	w.server.serve(rw, r, c)
}

func (w *webService) added() {
	u := homeURL(w.listener.Addr())
	w.server.url.Store(&u)
}

func (w *webService) serve() error {
	err := w.listener.Run(func(l net.Listener) { _ = w.web.Serve(l) }) // Run returns the error of its Accept
	w.cancel()
	w.release()
	return err
}

func (w *webService) closeListeners() error {
	defer w.release()
	return w.listener.Close()
}

// drain has the answer of a stream be the last over its connection before the stream is
// told to end.
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

// A webLog passes on what net/http has to say. It asks for the logger each time,
// because a program may set the default one after its servers have been added.
type webLog struct{ server *Server }

func (l webLog) Write(line []byte) (int, error) {
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

// homeURL returns the URL at which a browser on this machine finds addr, or "" if it
// does not, such as a Unix socket.
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
		host = "::1" // it may be for IPv6 alone
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port)) + "/"
}
