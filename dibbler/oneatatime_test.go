package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// counting counts wrongly if two of its methlets run concurrently.
type counting struct {
	OneAtATime
	inside int
	most   int
}

func (c *counting) OnCount(w *Response, r *http.Request) error {
	c.inside++
	c.most = max(c.most, c.inside)
	defer func() { c.inside-- }()
	_, err := w.WriteString("counted")
	return err
}

func TestOneAtATime(t *testing.T) {
	c := &counting{}
	s, _ := serve(t, c)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 10 {
				if _, body := get(t, s.URL()+"count"); body != "counted" {
					t.Errorf("%q", body)
				}
			}
		})
	}
	wg.Wait()
	if c.most != 1 {
		t.Errorf("%d methlets ran concurrently", c.most)
	}
}

type (
	half    struct{ OneAtATime }
	other   struct{ OneAtATime }
	pointed struct{ *OneAtATime }
	deep    struct{ pointed }
	twice   struct {
		half
		other
	}
	itself struct {
		*itself //lint:ignore U1000 found by its type
		half
	}
	hidden struct {
		half
		oneAtATime int //lint:ignore U1000 hides the promoted field
	}
	named    struct{ Turns OneAtATime }
	embedsIt interface {
		OnPage(*Response, *http.Request) error
	}
	inside struct{ embedsIt }
)

func TestNewPluginLock(t *testing.T) {
	for v, want := range map[any]bool{
		half{}: true, &half{}: true, pointed{}: true, &deep{}: true, twice{}: true, &itself{}: true, hidden{}: true,
		named{}: false, inside{}: false, new(int): false, struct{}{}: false,
	} {
		if got := newPluginLock(reflect.TypeOf(v)) != nil; got != want {
			t.Errorf("%T: %v, want %v", v, got, want)
		}
	}
}

// The methlets of meeting return only if two of them run concurrently.
type meeting struct{ arrive chan struct{} }

func (m meeting) OnMeet(w *Response, r *http.Request) error {
	select {
	case m.arrive <- struct{}{}:
	case <-m.arrive:
	}
	return nil
}

func TestMethlets_concurrent(t *testing.T) {
	s, _ := serve(t, meeting{make(chan struct{})})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { get(t, s.URL()+"meet") })
	}
	wg.Wait()
}

// inTurns has two pages that do not run concurrently.
type inTurns struct{ OneAtATime }

func (inTurns) OnForm(w *Response, r *http.Request, f someForm) error { return nil }
func (inTurns) OnQuick(w *Response, r *http.Request) error            { return nil }

func TestOneAtATime_slowForm(t *testing.T) {
	s, _ := serve(t, inTurns{})
	slow := dial(t, s.URL())
	fmt.Fprint(slow, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
	// The server sends 100 Continue when it begins to read the form.
	if line, err := bufio.NewReader(slow).ReadString('\n'); !strings.Contains(line, "100") {
		t.Fatalf("answered %q, %v, want 100 Continue", line, err)
	}
	if status, _ := get(t, s.URL()+"quick"); status != 200 {
		t.Errorf("while a form arrives, another page has status %d, want 200", status)
	}
}

// held has a page that waits for release, and a page that waits for the first.
type held struct {
	OneAtATime
	begun, release chan bool
}

func (h held) OnHold(w *Response, r *http.Request) error {
	close(h.begun)
	<-h.release
	return nil
}

func (h held) OnQuick(w *Response, r *http.Request) error {
	_, err := w.WriteString("served")
	return err
}

// A client that closes its sending half is served like others.
func TestOneAtATime_halfClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, h := newPipeListener(), held{begun: make(chan bool), release: make(chan bool)}
		stop := serveAt(t, register(t, h), l, false)
		first := l.dial()
		request(first, "/hold")
		go io.Copy(io.Discard, first)
		<-h.begun
		client, server := newHalfConns(nil)
		l.conns <- server
		request(client, "/quick")
		if err := client.(*halfConn).CloseWrite(); err != nil {
			t.Error(err)
		}
		synctest.Wait() // the server has noticed it
		close(h.release)
		wantAnswer(t, client, "served")
		client.Close()
		first.Close()
		stop()
	})
}

// Shutdown does not wait for a methlet that waits for the lock.
func TestOneAtATime_cut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, h := newPipeListener(), held{begun: make(chan bool), release: make(chan bool)}
		s := register(t, h)
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s)
		for _, page := range []string{"hold", "quick"} {
			conn := l.dial()
			fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n", page)
			synctest.Wait()
			defer conn.Close()
		}
		e.Stop()
		if got := cutOf(e.wait()); !slices.Equal(got, []string{"GET /hold", "GET /quick"}) {
			t.Errorf("cut %q", got)
		}
		close(h.release)
	})
}
