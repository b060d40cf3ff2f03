package dibbler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClose(t *testing.T) {
	begun := make(chan bool)
	url, _, e := page1(t, func(w *Response, r *http.Request) error {
		close(begun)
		<-r.Context().Done()
		return r.Context().Err()
	})
	conn := dial(t, url)
	request(conn, "/page")
	<-begun
	e.Stop()
	<-e.Stopping()
	e.Close()
	if got := cutOf(e.wait()); !slices.Equal(got, []string{"GET /page"}) {
		t.Errorf("cut %q", got)
	}
}

func TestStop(t *testing.T) {
	s, e := serve(t, &pages1{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(e.Stop)
	}
	wg.Wait()
	e.wantEnd()
	e.Stop()
	if err := e.Add(s); err == nil {
		t.Error("Add after the end: no error")
	}
}

func TestContexts(t *testing.T) {
	s1, e1 := serve(t, &pages1{})
	s2, _ := serve(t, pages2{})
	if _, body := get(t, s1.URL()+"both"); body != "both of 1" {
		t.Errorf("the first environment answers %q", body)
	}
	e1.Stop()
	if err := e1.wait(); err != nil {
		t.Error(err)
	}
	if _, body := get(t, s2.URL()+"both"); body != "both of 2" {
		t.Errorf("after the end of the first, the second environment answers %q", body)
	}
}

func TestAdd_addressTaken(t *testing.T) {
	s, _ := serve(t, &pages1{})
	free, taken, at := register(t, &pages1{}), register(t, &pages1{}), loopback(t)
	free.Listeners = []net.Listener{at}
	other := &Listener{Addr: "127.0.0.1:0", ServeConn: echo}
	taken.Addr = addrOf(s)
	err := new(Context).Add(free, other, taken)
	if err == nil {
		t.Fatal("no error")
	}
	wantText(t, err.Error(), taken.Addr)
	if isOpen(at.Addr().String()) || free.URL() != "" || other.NetAddr() != nil {
		t.Errorf("Add has failed, but the listener is open or has an address: %q, %v", free.URL(), other.NetAddr())
	}
}

func TestRemove(t *testing.T) {
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
		if isOpen(addrOf(s)) {
			t.Error("the listener of a removed server is open")
		}
		defer wantAnswer(t, conn, "the whole answer")
	}
	for _, wrong := range []Service{s, nil} {
		if err := e.Remove(wrong); err == nil {
			t.Errorf("Remove of %v, which was not added: no error", wrong)
		}
	}
	close(p.end)
	if _, body := get(t, keep.URL()+"first"); body != "first of 1" {
		t.Errorf("the server that was kept answers %q", body)
	}
}

func TestTask_cut(t *testing.T) {
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

// A task with Finishes continues when the environment ends, until DrainTimeout.
func TestTask_finishes(t *testing.T) {
	const limit = 10 * time.Second // that of the zero DrainTimeout
	synctest.Test(t, func(t *testing.T) {
		var told, canceled time.Duration
		begun := time.Now()
		e := start(t, &Context{}, &Task{Name: "work", Finishes: true, Run: func(ctx context.Context) error {
			<-Stopping(ctx)
			told = time.Since(begun)
			<-ctx.Done()
			canceled = time.Since(begun)
			return ctx.Err()
		}})
		synctest.Wait()
		if got := e.Unfinished(); len(got) != 1 || got[0] != "task work" {
			t.Errorf("unfinished: %q", got)
		}
		e.Stop()
		err := e.wait()
		if told != 0 || canceled != limit {
			t.Errorf("told after %v and canceled after %v, want 0 and %v", told, canceled, limit)
		}
		if cut, ok := errors.AsType[*CutError](err); !ok || len(cut.Unfinished) != 1 || cut.Unfinished[0] != "task work" {
			t.Errorf("Run returned %v", err)
		}
	})
}

// If Add fails, it closes the Listeners of all its servers.
func TestAdd_fails(t *testing.T) {
	for name, test := range map[string]struct {
		end   bool
		first []Service // fails
	}{
		"ended":         {end: true},
		"first service": {first: []Service{&Task{}}},
		"nil":           {first: []Service{nil}},
		"nil listener":  {first: []Service{&Server{Listeners: []net.Listener{nil}}}},
		"TLS":           {first: []Service{&Server{Listeners: []net.Listener{tls.NewListener(loopback(t), new(tls.Config))}}}},
	} {
		t.Run(name, func(t *testing.T) {
			at := []net.Listener{loopback(t), loopback(t)}
			s := register(t, &pages1{})
			s.Listeners = at
			var c Context
			if test.end {
				c.Close()
			}
			err := c.Add(append(test.first, s)...)
			if err == nil || name == "TLS" && !strings.Contains(err.Error(), "TLS") {
				t.Error(err)
			}
			for _, l := range at {
				if isOpen(l.Addr().String()) {
					t.Errorf("%v is open", l.Addr())
				}
			}
			c.Close()
		})
	}
}

func TestAdd_twice(t *testing.T) {
	s, e := serve(t, &pages1{})
	l := &Listener{Addr: "127.0.0.1:0", ServeConn: echo}
	if err := e.Add(l); err != nil {
		t.Fatal(err)
	}
	url := s.URL()
	var other Context
	for _, c := range []*Context{e.Context, &other} {
		for _, again := range []Service{s, l} {
			if err := c.Add(again); err == nil {
				t.Errorf("a %T was added twice", again)
			}
		}
	}
	if _, body := get(t, url+"first"); body != "first of 1" || s.URL() != url {
		t.Errorf("%q, %s", body, s.URL())
	}
	// A service can be added again after it was removed, or after its environment was closed
	// before Run.
	if err := e.Remove(s); err != nil {
		t.Fatal(err)
	}
	if err := other.Add(s); err != nil {
		t.Error(err)
	}
	other.Close()
	if err := new(Context).Add(s, s); err == nil {
		t.Error("the same server was added twice by one Add")
	}
	if err := e.Add(s); err != nil {
		t.Error(err)
	}
}

// Run returns no error if the environment was ended before. Its listeners are then closed.
func TestRun_afterEnd(t *testing.T) {
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, end := range map[string]func(c *Context){
		"Stop":             (*Context).Stop,
		"Close":            (*Context).Close,
		"Stop and Close":   func(c *Context) { c.Stop(); c.Close() },
		"canceled context": func(c *Context) {},
	} {
		t.Run(name, func(t *testing.T) {
			s := register(t, &pages1{})
			var c Context
			if err := c.Add(s); err != nil {
				t.Fatal(err)
			}
			end(&c)
			if strings.Contains(name, "Close") && isOpen(addrOf(s)) {
				t.Error("the listener is open after Close")
			}
			ctx := context.Background()
			if name == "canceled context" {
				ctx = canceled
			}
			if err := c.Run(ctx); err != nil {
				t.Error(err)
			}
			<-c.Stopping()
			if isOpen(addrOf(s)) {
				t.Error("the listener is open after Run")
			}
			if err := c.Run(ctx); err == nil {
				t.Error("second Run: no error")
			}
		})
	}
}

// An environment ends when all its services have ended by themselves. It waits for removed
// services to be added again, in whatever order the others end.
func TestRemove_lastService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan bool)
		task := &Task{Name: "task", Run: func(context.Context) error { <-end; return nil }}
		l := newPipeListener()
		s := register(t, &pages1{})
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s, task)
		synctest.Wait()
		if err := e.Remove(s); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		end <- true
		synctest.Wait()
		l = newPipeListener()
		s.Listeners = []net.Listener{l}
		if err := e.Add(s); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		// Now the last service ends by itself.
		if err := e.Remove(s); err != nil {
			t.Fatal(err)
		}
		if err := e.Add(&Task{Name: "last", Run: func(context.Context) error { return nil }}); err != nil {
			t.Fatal(err)
		}
		e.wantEnd()
	})
}

func TestTask_errors(t *testing.T) {
	cause := errors.New("no disk")
	for name, test := range map[string]struct {
		run  func(ctx context.Context) error
		want string // "" if Run returns no error
	}{
		"joined":       {func(ctx context.Context) error { <-ctx.Done(); return errors.Join(ctx.Err(), cause) }, "no disk"},
		"wrapped both": {func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("%w: %w", cause, ctx.Err()) }, "no disk"},
		"other":        {func(ctx context.Context) error { <-ctx.Done(); return cause }, "no disk"},
		"context's":    {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, ""},
		"wrapped":      {func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("watching: %w", ctx.Err()) }, ""},
		"joined twice": {func(ctx context.Context) error { <-ctx.Done(); return errors.Join(ctx.Err(), ctx.Err()) }, ""},
		"dialing": {func(ctx context.Context) error {
			<-ctx.Done()
			_, err := new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:1")
			return err
		}, ""},
		"at once":           {func(ctx context.Context) error { return cause }, "no disk"},
		"panic":             {func(ctx context.Context) error { panic(cause) }, "no disk"},
		"Goexit":            {func(ctx context.Context) error { runtime.Goexit(); return nil }, "Goexit"},
		"not its context's": {func(ctx context.Context) error { return context.Canceled }, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			s := register(t, &pages1{})
			e := start(t, &Context{}, s, &Task{Name: "watcher", Run: test.run})
			if name != "at once" && name != "panic" && name != "Goexit" && name != "not its context's" {
				e.Stop()
			}
			if test.want == "" {
				e.wantEnd()
			} else if err := e.wait(); err == nil {
				t.Error("no error")
			} else {
				wantText(t, err.Error(), "watcher", test.want)
			}
		})
	}
}
