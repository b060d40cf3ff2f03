package dibbler

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// slow has a page that is answered when the test says so.
type slow struct {
	begun chan struct{} // gets a value for each request
	end   chan struct{} // closed to answer
}

func newSlow(n int) slow { return slow{make(chan struct{}, n), make(chan struct{})} }

func (s slow) OnSlow(w *Response, r *http.Request) error {
	s.begun <- struct{}{}
	<-s.end
	if err := r.Context().Err(); err != nil {
		return fmt.Errorf("cancelled while it could still finish: %w", err)
	}
	w.WriteOKHeaders("text/plain")
	_, err := w.WriteString("the whole answer")
	return err
}

// inFlight sends n requests for url, each over a connection of its own, and
// returns the connections when all are being answered.
func (s slow) inFlight(t testing.TB, url string, n int) []net.Conn {
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = dial(t, url)
		fmt.Fprint(conns[i], "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	for range n {
		<-s.begun
	}
	return conns
}

// answered reads the answer off conn and returns its content.
func answered(conn net.Conn) (string, error) {
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func TestAllRequestsInFlightGetTheirWholeAnswers(t *testing.T) {
	const n = maxConns
	for range 3 {
		p := newSlow(n)
		s := register(t, p)
		e := start(t, &Context{}, s)
		conns := p.inFlight(t, s.URL(), n)
		e.Stop()
		<-e.Stopping()
		close(p.end)
		for i, conn := range conns {
			if body, err := answered(conn); body != "the whole answer" {
				t.Fatalf("request %d of %d: %q, %v", i, n, body, err)
			}
			conn.Close()
		}
		if err := e.wait(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRequestsThatAreOnTheirWayGetTheirWholeAnswers(t *testing.T) {
	// Unlike above, nobody waits for the requests to have reached a page.
	const n = 500
	p := newSlow(n + 1)
	close(p.end)
	s := register(t, p)
	e := start(t, &Context{}, s)
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = dial(t, s.URL())
		// Accepting is in order, so once the last is answered all are accepted.
	}
	last := dial(t, s.URL())
	fmt.Fprint(last, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := answered(last); err != nil {
		t.Fatal(err)
	}
	for _, conn := range conns {
		fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	e.Stop()
	for i, conn := range conns {
		if body, err := answered(conn); body != "the whole answer" {
			t.Fatalf("request %d of %d: %q, %v", i, n, body, err)
		}
	}
	if err := e.wait(); err != nil {
		t.Fatal(err)
	}
}

// The system makes connections that nobody has accepted yet, and their clients do
// not know the difference.
func TestRequestsInTheSystemsQueueGetTheirWholeAnswers(t *testing.T) {
	const more = 100
	p, a := newSlow(maxConns+more), new(accepted)
	s, e := serve(t, p, a)
	conns := p.inFlight(t, s.URL(), maxConns)
	for range more { // there is no room for them
		conn := dial(t, s.URL())
		fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		conns = append(conns, conn)
	}
	e.Stop()
	<-e.Stopping()
	close(p.end)
	for i, conn := range conns {
		if body, err := answered(conn); body != "the whole answer" {
			t.Fatalf("request %d of %d: %q, %v", i, len(conns), body, err)
		}
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
	n := 0
	for range a.from.Range {
		n++
	}
	if n != len(conns) {
		t.Errorf("the filter was asked about %d connections, and %d were made", n, len(conns))
	}
}

// deaf is a listener that accepts nothing.
type deaf struct {
	net.Listener
	closed chan struct{}
}

func (l deaf) Accept() (net.Conn, error) {
	<-l.closed
	return nil, net.ErrClosed
}

func (l deaf) Close() error {
	close(l.closed)
	return l.Listener.Close()
}

func TestAListenerThatDoesNotAcceptIsNotWaitedForForLong(t *testing.T) {
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{deaf{loopback(t), make(chan struct{})}}
	e := start(t, &Context{}, s)
	e.Stop()
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestQuietConnectionsDoNotDelayTheEnd(t *testing.T) {
	s, e := serve(t, &pages1{})
	silent := dial(t, s.URL())
	idle := dial(t, s.URL())
	fmt.Fprint(idle, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
	if body, err := answered(idle); body != "first of 1" {
		t.Fatal(body, err)
	}
	e.Stop()
	// The bound is ten seconds, and would be reported.
	if err := e.wait(); err != nil {
		t.Error(err)
	}
	for _, conn := range []net.Conn{silent, idle} {
		if b, err := io.ReadAll(conn); len(b) > 0 || err != nil {
			t.Errorf("a quiet connection got %q, %v", b, err)
		}
	}
}

func TestAClientInTheMiddleOfTalkingIsToldToHangUp(t *testing.T) {
	s, e := serve(t, &pages1{})
	conn := dial(t, s.URL())
	in := bufio.NewReader(conn)
	fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, resp.Body)
	e.Stop()
	<-e.Stopping()
	fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
	resp, err = http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal("a request that came right after an answer was lost:", err)
	}
	if body := readAll(t, resp.Body); body != "first of 1" || !resp.Close {
		t.Errorf("%q, %v", body, resp.Header)
	}
}

func TestListenersCloseFirst(t *testing.T) {
	p := newSlow(1)
	s := register(t, p)
	e := start(t, &Context{}, s)
	conns := p.inFlight(t, s.URL(), 1)
	e.Stop()
	<-e.Stopping()
	if conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/")); err == nil {
		conn.Close()
		t.Error("a new connection appears while the environment ends")
	}
	close(p.end)
	if body, err := answered(conns[0]); err != nil {
		t.Error(body, err)
	}
}

func TestStreamsAreTold(t *testing.T) {
	begun := make(chan bool)
	url, _, e := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/event-stream")
		w.Flush()
		close(begun)
		<-Stopping(r.Context())
		_, err := fmt.Fprint(w, "data: bye\n\n")
		return err
	})
	conn := dial(t, url)
	fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	e.Stop()
	if body, err := answered(conn); body != "data: bye\n\n" {
		t.Errorf("%q, %v", body, err)
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestWhatDoesNotEndIsCutAtTheBoundAndReported(t *testing.T) {
	p := newSlow(1)
	s := register(t, p, methletPlugin{func(w *Response, r *http.Request) error {
		p.begun <- struct{}{}
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}})
	c := &Context{DrainTimeout: 20 * time.Millisecond}
	e := start(t, c, s)
	p.inFlight(t, s.URL(), 1)
	half := dial(t, s.URL())
	fmt.Fprint(half, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
	<-p.begun
	e.Stop()
	err := e.wait()
	close(p.end) // only now does the methlet's goroutine go
	if got := cutOf(err); !slices.Equal(got, []string{"GET /slow", "POST /page"}) {
		t.Errorf("cut %q of %v", got, err)
	}
	wantText(t, err.Error(), "GET /slow", "POST /page")
}

func TestCloseCutsAtOnce(t *testing.T) {
	begun := make(chan bool)
	url, _, e := page1(t, func(w *Response, r *http.Request) error {
		close(begun)
		<-r.Context().Done()
		return r.Context().Err()
	})
	conn := dial(t, url)
	fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	e.Stop()
	<-e.Stopping()
	e.Close()
	if got := cutOf(e.wait()); !slices.Equal(got, []string{"GET /page"}) {
		t.Errorf("cut %q", got)
	}
}

func TestErrShutdownEndsTheEnvironmentAfterItsAnswer(t *testing.T) {
	p := newSlow(1)
	s := register(t, p, methletPlugin{func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/html")
		if _, err := w.WriteString("<p>OK.</p>"); err != nil {
			return err
		}
		return fmt.Errorf("the button was pressed: %w", ErrShutdown)
	}})
	e := start(t, &Context{}, s)
	other := p.inFlight(t, s.URL(), 1)[0]
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
	if body, err := answered(conn); body != "<p>OK.</p>" {
		t.Errorf("%q, %v", body, err)
	}
	<-e.Stopping()
	close(p.end)
	if body, err := answered(other); body != "the whole answer" {
		t.Errorf("%q, %v", body, err)
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestErrShutdownAloneIsAGoodbyePage(t *testing.T) {
	url, _, e := page1(t, func(w *Response, r *http.Request) error { return ErrShutdown })
	status, body := get(t, url)
	if status != 200 {
		t.Error(status)
	}
	wantText(t, body, "Goodbye")
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestCloseAndErrShutdownAsTheOriginalDid(t *testing.T) {
	url, _, e := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/html")
		if _, err := w.WriteString("<p>OK.</p>"); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return ErrShutdown
	})
	if _, body := get(t, url); body != "<p>OK.</p>" {
		t.Errorf("%q", body)
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestStopMayBeAskedAnyNumberOfTimesByAnybody(t *testing.T) {
	s, e := serve(t, &pages1{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(e.Stop)
	}
	wg.Wait()
	if err := e.wait(); err != nil {
		t.Error(err)
	}
	e.Stop()
	if err := e.Add(s); err == nil {
		t.Error("an ended environment took another service")
	}
	if err := e.Run(context.Background()); err == nil {
		t.Error("an environment ran twice")
	}
}

func TestRunEndsWhenItsContextDoes(t *testing.T) {
	s := register(t, &pages1{})
	var c Context
	if err := c.Add(s); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestAnEnvironmentThatNeverRanGivesItsAddressBack(t *testing.T) {
	s := register(t, &pages1{})
	var c Context
	if err := c.Add(s); err != nil {
		t.Fatal(err)
	}
	addr := s.URL()
	c.Close()
	again := register(t, &pages1{})
	again.Addr = strings.TrimSuffix(strings.TrimPrefix(addr, "http://"), "/")
	var d Context
	if err := d.Add(again); err != nil {
		t.Error(err)
	}
	d.Close()
}

func TestEnvironmentsAreIndependent(t *testing.T) {
	s1, e1 := serve(t, &pages1{})
	s2, _ := serve(t, pages2{})
	if _, body := get(t, s1.URL()+"both"); body != "both of 1" {
		t.Error(body)
	}
	e1.Stop()
	if err := e1.wait(); err != nil {
		t.Error(err)
	}
	if _, body := get(t, s2.URL()+"both"); body != "both of 2" {
		t.Error(body)
	}
}

func TestAddTellsWhichAddressIsTakenAndAddsNothing(t *testing.T) {
	s, _ := serve(t, &pages1{})
	free, taken := register(t, &pages1{}), register(t, &pages1{})
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Listeners = []net.Listener{at}
	other := &Listener{Addr: "127.0.0.1:0", ServeConn: func(context.Context, net.Conn) {}}
	taken.Addr = strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/")
	var c Context
	err = c.Add(free, other, taken)
	if err == nil {
		t.Fatal("no error")
	}
	wantText(t, err.Error(), taken.Addr)
	if conn, err := net.Dial("tcp", at.Addr().String()); err == nil {
		conn.Close()
		t.Error("the other server of the failed Add still listens")
	}
	if free.URL() != "" || other.NetAddr() != nil {
		t.Errorf("nothing was added, but the server says that it is at %q, the listener at %v", free.URL(), other.NetAddr())
	}
}

func TestHomeURL(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8888": "http://127.0.0.1:8888/", "0.0.0.0:80": "http://127.0.0.1:80/", "[::]:80": "http://[::1]:80/", "[::1]:8888": "http://[::1]:8888/",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := homeURL(tcp); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
	if s := new(Server); s.URL() != "" {
		t.Error("a server that was not added has a URL:", s.URL())
	}
}

func TestServersTakeListenersThatAreOpenAlready(t *testing.T) {
	var at []net.Listener
	for range 2 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, l)
	}
	s := register(t, &pages1{})
	s.Listeners = at
	start(t, &Context{}, s)
	for _, l := range at {
		if _, body := get(t, homeURL(l.Addr())+"first"); body != "first of 1" {
			t.Error(body)
		}
	}
}

func TestServicesComeAndGoWhileRunning(t *testing.T) {
	keep, e := serve(t, &pages1{})
	p := newSlow(1)
	s := register(t, p)
	for range 3 {
		if err := e.Add(s); err != nil {
			t.Fatal(err)
		}
		conn := p.inFlight(t, s.URL(), 1)[0]
		if err := e.Remove(s); err != nil {
			t.Fatal(err)
		}
		if conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/")); err == nil {
			conn.Close()
			t.Error("a removed server listens")
		}
		defer answered(conn)
	}
	if err := e.Remove(s); err == nil {
		t.Error("a service that is not there was removed")
	}
	close(p.end)
	if _, body := get(t, keep.URL()+"first"); body != "first of 1" {
		t.Error(body)
	}
}

func TestTasksRunBesideServersAndFinish(t *testing.T) {
	s := register(t, &pages1{})
	var finished bool
	begun := make(chan bool)
	e := start(t, &Context{}, s, &Task{Name: "watcher", Run: func(ctx context.Context) error {
		close(begun)
		<-ctx.Done()
		finished = true
		return ctx.Err()
	}})
	<-begun
	e.Stop()
	if err := e.wait(); err != nil || !finished {
		t.Error(err, finished)
	}
}

func TestAFailingTaskEndsTheEnvironmentAndIsReported(t *testing.T) {
	cause := errors.New("no disk")
	for name, run := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return cause },
		"panic": func(context.Context) error { panic(cause) },
	} {
		s := register(t, &pages1{})
		e := start(t, &Context{}, s, &Task{Name: "watcher", Run: run})
		if err := e.wait(); err == nil {
			t.Errorf("%s: no error", name)
		} else {
			wantText(t, err.Error(), "watcher", "no disk")
		}
	}
}

func TestATaskThatDoesNotEndIsNamed(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	e := start(t, &Context{DrainTimeout: time.Millisecond}, &Task{Name: "stubborn", Run: func(context.Context) error {
		<-release
		return nil
	}})
	e.Stop()
	if got := cutOf(e.wait()); !slices.Equal(got, []string{"task stubborn"}) {
		t.Errorf("cut %q", got)
	}
}

func TestAnEnvironmentOfTasksEndsWithTheLast(t *testing.T) {
	e := start(t, &Context{}, &Task{Name: "a", Run: func(context.Context) error { return nil }}, &Task{Name: "b", Run: func(context.Context) error { return nil }})
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestTheBrowserIsLaunchedWhenTheServerListens(t *testing.T) {
	page := make(chan string, 1)
	c := &Context{LaunchBrowser: func(url string) error {
		_, body := get(t, url+"first")
		page <- body
		return nil
	}}
	start(t, c, register(t, &pages1{}))
	if body := <-page; body != "first of 1" {
		t.Errorf("%q", body)
	}
}

func TestABrowserThatDoesNotOpenIsNotFatalAndTheAddressIsSaid(t *testing.T) {
	for name, launch := range map[string]func(string) error{
		"error": func(string) error { return errors.New("there is no browser") },
		"panic": func(string) error { panic("there is no browser") },
	} {
		t.Run(name, func(t *testing.T) {
			var book logBook
			book.wrote = make(chan struct{}, 1)
			c := &Context{Logger: book.logger(), LaunchBrowser: launch}
			s := register(t, &pages1{})
			start(t, c, s)
			<-book.wrote
			if _, body := get(t, s.URL()+"first"); body != "first of 1" {
				t.Errorf("%q", body)
			}
			wantText(t, book.String(), s.URL(), "there is no browser")
		})
	}
}

func TestTheBrowserIsNotLaunchedForAnEnvironmentThatEnds(t *testing.T) {
	launched := make(chan string, 1)
	c := &Context{LaunchBrowser: func(url string) error { launched <- url; return nil }}
	c.Stop()
	if err := start(t, c, register(t, &pages1{})).wait(); err != nil {
		t.Error(err)
	}
	if len(launched) > 0 {
		t.Error("a page that nobody serves was opened")
	}
}

func TestTheOnlyServiceCanBeReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := register(t, &pages1{})
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s)
		synctest.Wait() // it runs
		for range 3 {
			if err := e.Remove(s); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // Run sees that none is left
			l = newPipeListener()
			s.Listeners = []net.Listener{l}
			if err := e.Add(s); err != nil {
				t.Fatal(err)
			}
			conn := l.dial()
			fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
			if body, err := answered(conn); body != "first of 1" {
				t.Errorf("%q, %v", body, err)
			}
			conn.Close()
		}
		if err := e.Remove(nil); err == nil {
			t.Error("nothing was removed")
		}
	})
}

func TestStreamsOfARemovedServerAreTold(t *testing.T) {
	begun := make(chan bool)
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		w.Flush()
		close(begun)
		<-Stopping(r.Context())
		_, err := w.WriteString("bye")
		return err
	}})
	e := start(t, &Context{}, register(t, &pages1{}), s)
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	if err := e.Remove(s); err != nil {
		t.Fatal(err)
	}
	if body, err := answered(conn); body != "bye" {
		t.Errorf("%q, %v", body, err)
	}
}

// A listener whose Accept fails for good when the test says so.
type mortal struct {
	net.Listener
	die chan struct{}
}

func (m mortal) Accept() (net.Conn, error) {
	conn, err := m.Listener.Accept()
	select {
	case <-m.die:
		return nil, errors.New("the network is gone")
	default:
		return conn, err
	}
}

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAListenerThatFailsEndsTheEnvironment(t *testing.T) {
	good, bad := loopback(t), mortal{loopback(t), make(chan struct{})}
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{good, bad}
	var book logBook
	s.Logger = book.logger()
	e := start(t, &Context{}, s)
	idle := dial(t, homeURL(good.Addr()))
	fmt.Fprint(idle, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
	if body, err := answered(idle); err != nil {
		t.Fatal(body, err)
	}
	close(bad.die)
	dial(t, homeURL(bad.Addr()))
	err := e.wait()
	if err == nil {
		t.Fatal("no error")
	}
	wantText(t, err.Error(), "the network is gone", bad.Addr().String())
	wantText(t, book.String(), "the network is gone")
}

func TestListenersThatWereClosedAreNotTakenAgain(t *testing.T) {
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{loopback(t)}
	keep := register(t, &pages1{})
	e := start(t, &Context{}, keep, s)
	if err := e.Remove(s); err != nil {
		t.Fatal(err)
	}
	if err := e.Add(s); err == nil {
		t.Error("closed listeners were taken")
	}
	if _, body := get(t, keep.URL()+"first"); body != "first of 1" {
		t.Errorf("%q", body)
	}
	s.Listeners = []net.Listener{loopback(t)}
	if err := e.Add(s); err != nil {
		t.Error(err)
	}
}

// plainListener's connections can do what net.Conn says and nothing else.
type plainListener struct{ net.Listener }

func (l plainListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return struct{ net.Conn }{c}, err
}

func TestGoodbyeAndShutdownOverAConnectionWithoutHalves(t *testing.T) {
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		fmt.Fprint(w, "bye")
		if err := w.Close(); err != nil {
			return err
		}
		return ErrShutdown
	}})
	s.Listeners = []net.Listener{plainListener{loopback(t)}}
	e := start(t, &Context{}, s)
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")
	if body, err := answered(conn); body != "bye" {
		t.Errorf("%q, %v", body, err)
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

func TestAnAnswerOfWrapTellsToHangUpAtTheEnd(t *testing.T) {
	p := newSlow(1)
	s := register(t, p)
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/slow" {
				http.Error(w, "refused", http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	e := start(t, &Context{}, s)
	p.inFlight(t, s.URL(), 1)
	conn := dial(t, s.URL())
	in := bufio.NewReader(conn)
	for _, end := range []bool{false, true} {
		if end {
			e.Stop()
			<-e.Stopping()
		}
		fmt.Fprint(conn, "GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, resp.Body)
		if resp.Close != end {
			t.Errorf("at the end %v: Connection: close is %v", end, resp.Close)
		}
	}
	close(p.end)
}

// What has failed beside the end that was asked for is not swallowed.
func TestErrShutdown_joined(t *testing.T) {
	url, _, e := page1(t, func(w *Response, r *http.Request) error { return errors.Join(errors.New("no disk"), ErrShutdown) })
	status, body := get(t, url)
	if status != 500 {
		t.Error(status)
	}
	wantText(t, body, "no disk")
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

// A Unix socket has no address for a browser.
func TestUnixSocket(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Skip(err)
	}
	s := register(t, &pages1{})
	s.Listeners = []net.Listener{l}
	launched := make(chan string, 1)
	e := start(t, &Context{LaunchBrowser: func(url string) error { launched <- url; return nil }}, s)
	conn, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if body, err := answered(conn); body != "first of 1" {
		t.Errorf("%q, %v", body, err)
	}
	conn.Close()
	e.Stop()
	if err := e.wait(); err != nil {
		t.Error(err)
	}
	if s.URL() != "" || len(launched) > 0 {
		t.Errorf("URL %q, browser launched %d times", s.URL(), len(launched))
	}
}
