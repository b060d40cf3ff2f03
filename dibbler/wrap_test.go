package dibbler

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestWrap_fails(t *testing.T) {
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"panics":      func(http.Handler) http.Handler { panic("no such method") },
		"returns nil": func(http.Handler) http.Handler { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			s := register(t, &pages1{})
			s.Wrap = func(h http.Handler) http.Handler { calls++; return wrap(h) }
			var c Context
			err := c.Add(s)
			if err == nil {
				t.Fatal("no error")
			}
			wantText(t, err.Error(), "Wrap")
			for range 2 {
				if rec := ask(s, "GET", "/first"); rec.Code != 500 {
					t.Errorf("status %d", rec.Code)
				}
			}
			if calls != 1 {
				t.Errorf("called %d times", calls)
			}
			c.Close()
		})
	}
}

// Wrap is called before anything is served.
func TestWrap_comesFirst(t *testing.T) {
	calls := 0
	s := register(t, &pages1{})
	s.Wrap = func(h http.Handler) http.Handler { calls++; return h }
	start(t, &Context{}, s)
	if calls != 1 {
		t.Errorf("called %d times before the first request", calls)
	}
	get(t, s.URL()+"first")
	if calls != 1 {
		t.Errorf("called %d times", calls)
	}
}

// The author's limits replace the defaults.
func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := register(t, stallPages{})
		s.Limits = Limits{HeaderTimeout: time.Second, ReadTimeout: 2 * time.Second, IdleTimeout: 3 * time.Second, WriteTimeout: 4 * time.Second}
		stop := serveAt(t, s, l, false)
		for _, test := range []struct {
			sent  string
			reads bool
			want  time.Duration
		}{
			{"GET / HTTP/1.1\r\n", true, time.Second},
			{"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", true, 2 * time.Second},
			{"GET /read HTTP/1.1\r\nHost: x\r\n\r\n", true, 3 * time.Second},
			{"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", false, 4 * time.Second},
		} {
			closed := make(chan bool, 10)
			client, server := newHalfConns(closed)
			l.conns <- server
			io.WriteString(client, test.sent)
			if test.reads {
				go io.Copy(io.Discard, client)
			}
			begun := time.Now()
			<-closed
			if took := time.Since(begun); took != test.want {
				t.Errorf("%q: closed after %v, want %v", test.sent, took, test.want)
			}
			client.Close()
		}
		stop()
	})
	for _, limits := range []Limits{{HeaderTimeout: -1}, {MaxConns: -1}} {
		s := register(t, &pages1{})
		s.Limits = limits
		if err := new(Context).Add(s); err == nil {
			t.Errorf("%+v was taken", limits)
		}
	}
}
