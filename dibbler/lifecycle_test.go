package dibbler

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func isOpen(l net.Listener) bool {
	conn, err := net.Dial("tcp", l.Addr().String())
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// Add closes the Listeners of all servers that it does not add, whatever failed.
func TestAddFails(t *testing.T) {
	for name, test := range map[string]struct {
		end   bool
		first Service // fails
	}{
		"ended":         {end: true},
		"first service": {first: &Task{}},
		"TLS":           {first: &Server{Listeners: []net.Listener{tls.NewListener(loopback(t), new(tls.Config))}}},
	} {
		t.Run(name, func(t *testing.T) {
			at := []net.Listener{loopback(t), loopback(t)}
			s := register(t, &pages1{})
			s.Listeners = at
			var c Context
			if test.end {
				c.Close()
			}
			services := []Service{s}
			if test.first != nil {
				services = []Service{test.first, s}
			}
			err := c.Add(services...)
			if err == nil || name == "TLS" && !strings.Contains(err.Error(), "TLS") {
				t.Error(err)
			}
			for _, l := range at {
				if isOpen(l) {
					t.Errorf("%v is open", l.Addr())
				}
			}
			c.Close()
		})
	}
}

func TestAddTwice(t *testing.T) {
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
	// One that was removed, or whose environment was never run, can be added again.
	if err := e.Remove(s); err != nil {
		t.Fatal(err)
	}
	if err := other.Add(s); err != nil {
		t.Error(err)
	}
	other.Close()
	if err := new(Context).Add(s, s); err == nil {
		t.Error("a server was added twice at once")
	}
	if err := e.Add(s); err != nil {
		t.Error(err)
	}
}

// An end that was asked for before Run is no failure.
func TestRunAfterTheEnd(t *testing.T) {
	for name, end := range map[string]func(c *Context){
		"Stop":           (*Context).Stop,
		"Close":          (*Context).Close,
		"Stop and Close": func(c *Context) { c.Stop(); c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			var c Context
			if err := c.Add(register(t, &pages1{})); err != nil {
				t.Fatal(err)
			}
			end(&c)
			if err := c.Run(context.Background()); err != nil {
				t.Error(err)
			}
			<-c.Stopping()
			if err := c.Run(context.Background()); err == nil {
				t.Error("it ran twice")
			}
		})
	}
}

// A sociable listener closes together with others.
type sociable struct {
	*pipeListener
	all *sync.WaitGroup
}

func (l sociable) Close() error {
	l.all.Done()
	l.all.Wait()
	return l.pipeListener.Close()
}

// Listeners that take long to close do so together, and no longer than the drain.
func TestListenersCloseTogether(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		t.Run(fmt.Sprintf("stuck=%v", stuck), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 5
				var all sync.WaitGroup
				all.Add(n)
				if stuck {
					all.Add(1)
				}
				var c Context
				for range n {
					s := register(t, &pages1{})
					s.Listeners = []net.Listener{sociable{newPipeListener(), &all}}
					if err := c.Add(s); err != nil {
						t.Fatal(err)
					}
				}
				e := start(t, &c)
				begun := time.Now()
				e.Stop()
				if !stuck {
					if err := e.wait(); err != nil {
						t.Error(err)
					}
					return
				}
				<-e.Stopping()
				if took := time.Since(begun); took != defaultDrainTimeout {
					t.Errorf("the listeners were waited for for %v", took)
				}
				all.Done()
				_ = e.wait()
			})
		})
	}
}

// An environment ends when all its services have ended by themselves. One that was
// removed may come back, in whatever order the others end.
func TestRemoveIsNoEnd(t *testing.T) {
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
		if err := e.wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestTaskErrors(t *testing.T) {
	cause := errors.New("no disk")
	for name, test := range map[string]struct {
		run  func(ctx context.Context) error
		want string // "": the environment ends well, when it is stopped
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
		"Goexit":            {func(ctx context.Context) error { runtime.Goexit(); return nil }, "Goexit"},
		"not its context's": {func(ctx context.Context) error { return context.Canceled }, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			s := register(t, &pages1{})
			e := start(t, &Context{}, s, &Task{Name: "watcher", Run: test.run})
			if test.want != "Goexit" && name != "not its context's" {
				e.Stop()
			}
			err := e.wait()
			if test.want == "" && err != nil {
				t.Error(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}
