package dibbler

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The limits of a served connection. Each is about a client that takes its time,
// none about a plug-in that does.
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 30 * time.Second // for each piece of a body
	writeTimeout   = 60 * time.Second // for each piece of an answer
	idleTimeout    = 60 * time.Second
	maxHeaderBytes = 64 << 10
)

// A webService is a Server that runs in a Context.
type webService struct {
	server   *Server
	conns    *connSet
	door     *door
	web      *http.Server
	queue    *queue
	stopping *signal
	cancel   context.CancelFunc
}

func (s *Server) open(env *Context) (runner, error) {
	at := s.Listeners
	if len(at) > 0 {
		if len(s.used) > 0 && s.used[0] == at[0] {
			return nil, errors.New("dibbler: the server's Listeners were closed when it was removed; give it new ones")
		}
		s.used = at
	} else {
		addr := s.Addr
		if addr == "" {
			addr = defaultAddr
		}
		l, err := listen(addr)
		if err != nil {
			return nil, err
		}
		at = []net.Listener{l}
	}
	stopping := newSignal()
	ctx, cancel := context.WithCancel(stopping.context())
	w := &webService{server: s, conns: newConnSet(env), stopping: stopping, cancel: cancel}
	w.queue = &queue{conns: make(chan net.Conn), done: make(chan struct{}), addr: at[0].Addr()}
	w.door = &door{
		conns:   w.conns,
		logger:  s.logger,
		filters: func() []ConnFilter { return s.offered().filters },
		handle:  w.queue.put,
		closing: make(chan struct{}),
		at:      entrances(at...),
	}
	w.web = &http.Server{
		Handler:                      w,
		ReadHeaderTimeout:            headerTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(webLog{s}, "", 0),
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
		ConnState: func(nc net.Conn, state http.ConnState) {
			switch c := nc.(*conn); state {
			case http.StateNew, http.StateIdle:
				c.wait()
			case http.StateActive:
				c.work()
			case http.StateHijacked:
				c.letGo()
			}
		},
	}
	return w, nil
}

// ServeHTTP answers one request, and notes that it does.
func (w *webService) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	c := connOf(r)
	if c.begin(r.Method, r.URL.Path) {
		defer c.end()
	}
	if c.isLast(r) {
		rw.Header().Set("Connection", "close")
	}
	w.server.ServeHTTP(rw, r)
}

func (w *webService) added() {
	u := homeURL(w.door.at[0].Addr())
	w.server.url.Store(&u)
}

func (w *webService) serve() error {
	var served sync.WaitGroup
	var webErr error
	served.Go(func() { webErr = w.web.Serve(w.queue) })
	err := w.door.open()
	_ = w.queue.Close()
	served.Wait()
	w.conns.gone.Wait()
	w.cancel()
	if errors.Is(webErr, http.ErrServerClosed) || errors.Is(webErr, net.ErrClosed) {
		webErr = nil
	}
	return errors.Join(err, webErr)
}

func (w *webService) closeListeners() error { return w.door.close() }
func (w *webService) drain() {
	w.stopping.give()
	w.conns.endQuiet()
}
func (w *webService) doing() []string { return w.conns.doing() }

func (w *webService) cut() {
	w.cancel()
	w.door.cut()
	_ = w.queue.Close()
	w.conns.closeAll()
}

// A webLog passes on what net/http has to say. It asks for the logger each time,
// because a program may set the default one after its servers have been added.
type webLog struct{ server *Server }

func (l webLog) Write(line []byte) (int, error) {
	l.server.logger().Warn(strings.TrimSpace(string(line)))
	return len(line), nil
}

// A queue is the listener that net/http sees: it yields the connections that
// were let in.
type queue struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	addr  net.Addr
}

func (q *queue) put(c *conn) {
	select {
	case q.conns <- c:
	case <-q.done:
		_ = c.Close()
	}
}

func (q *queue) Accept() (net.Conn, error) {
	select {
	case c := <-q.conns:
		return c, nil
	case <-q.done:
		return nil, net.ErrClosed
	}
}

func (q *queue) Close() error {
	q.once.Do(func() { close(q.done) })
	return nil
}

func (q *queue) Addr() net.Addr { return q.addr }

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("dibbler: cannot listen: %w", err)
	}
	return l, nil
}

// homeURL returns the URL at which a browser on this machine finds addr.
func homeURL(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return "http://" + addr.String() + "/"
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port)) + "/"
}
