package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The author's limits replace the defaults, also in a server that has no timeouts.
func TestLimits(t *testing.T) {
	limits := Limits{HeaderTimeout: time.Second, ReadTimeout: 2 * time.Second, IdleTimeout: 3 * time.Second, WriteTimeout: 4 * time.Second}
	for name, test := range map[string]struct {
		sent    string
		reads   bool
		want    time.Duration
		mounted bool // the limit is also used in another server
	}{
		"header": {"GET / HTTP/1.1\r\n", true, time.Second, false},
		"read":   {"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", true, 2 * time.Second, true},
		"idle":   {"GET /read HTTP/1.1\r\nHost: x\r\n\r\n", true, 3 * time.Second, false},
		"write":  {"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", false, 4 * time.Second, true},
	} {
		for _, mounted := range []bool{false, true} {
			if mounted && !test.mounted {
				continue
			}
			t.Run(fmt.Sprintf("%s/mounted=%v", name, mounted), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					defer time.Sleep(time.Second) // net/http sleeps for half a second
					l := newPipeListener()
					s := register(t, stallPages{})
					s.Limits = limits
					defer serveAt(t, s, l, mounted)()
					closed := make(chan bool, 10)
					client, server := newHalfConns(closed)
					defer client.Close()
					l.conns <- server
					io.WriteString(client, test.sent)
					if test.reads {
						go io.Copy(io.Discard, client)
					}
					begun := time.Now()
					<-closed
					if took := time.Since(begun); took != test.want {
						t.Errorf("closed after %v, want %v", took, test.want)
					}
				})
			})
		}
	}
}

// The largest duration means no limit, and does not change the other limits.
func TestLimits_none(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipeListener()
		s := register(t, &pages1{})
		s.Limits.IdleTimeout = math.MaxInt64
		stop := serveAt(t, s, l, false)
		idle := l.dial()
		in := bufio.NewReader(idle)
		ask := func() {
			t.Helper()
			request(idle, "/first")
			readAnswer(t, in)
		}
		ask()
		stalled := l.dial()
		fmt.Fprint(stalled, "GET /first")
		begun := time.Now()
		if _, err := io.Copy(io.Discard, stalled); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took != headerTimeout {
			t.Errorf("the other connection was closed after %v, want %v", took, headerTimeout)
		}
		time.Sleep(24 * time.Hour)
		ask()
		idle.Close()
		stalled.Close()
		stop()
	})
}

func TestLimits_maxHeaderBytes(t *testing.T) {
	for _, test := range []struct{ limit, size, want int }{{100 << 10, 90 << 10, 200}, {100 << 10, 120 << 10, 431}, {math.MaxInt, 120 << 10, 200}} {
		s := register(t, &pages1{})
		s.Limits.MaxHeaderBytes = test.limit
		start(t, &Context{}, s)
		req, err := http.NewRequest("GET", s.URL()+"first", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X", strings.Repeat("x", test.size))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if readAll(t, resp.Body); resp.StatusCode != test.want {
			t.Errorf("%d bytes: status %d, want %d", test.size, resp.StatusCode, test.want)
		}
	}
}

// With MaxConns 1, a second connection waits for the first.
func TestLimits_maxConns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, h := newPipeListener(), held{begun: make(chan bool), release: make(chan bool)}
		s := register(t, h, &pages1{})
		s.Limits.MaxConns = 1
		stop := serveAt(t, s, l, false)
		first, second := l.dial(), l.dial()
		request(first, "/hold")
		<-h.begun
		go request(second, "/first")
		served := awaitAnswer(second)
		synctest.Wait()
		if len(served) > 0 {
			t.Error("the second connection was served while the first was open")
		}
		close(h.release)
		go io.Copy(io.Discard, first)
		if got := <-served; got != "first of 1<nil>" {
			t.Errorf("the second connection: %s, want the page", got)
		}
		first.Close()
		second.Close()
		stop()
	})
}

func TestLimits_negative(t *testing.T) {
	for _, limits := range []Limits{{HeaderTimeout: -1}, {ReadTimeout: -1}, {WriteTimeout: -1}, {IdleTimeout: -1}, {MaxHeaderBytes: -1}, {MaxConns: -1}} {
		s := register(t, &pages1{})
		s.Limits = limits
		if err := new(Context).Add(s); err == nil {
			t.Errorf("%+v was accepted", limits)
		}
	}
	s := register(t, &pages1{})
	s.MaxBody = -1
	if err := new(Context).Add(s); err == nil {
		t.Error("MaxBody -1 was accepted")
	}
}
