package dibbler

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
)

func TestErrShutdown(t *testing.T) {
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
	wantAnswer(t, conn, "<p>OK.</p>")
	<-e.Stopping()
	close(p.end)
	wantAnswer(t, other, "the whole answer")
	e.wantEnd()
}

func TestErrShutdown_answer(t *testing.T) {
	for name, test := range map[string]struct {
		page   func(w *Response) error
		status int
		want   string
	}{
		"goodbye": {func(w *Response) error { return ErrShutdown }, 200, "Goodbye"},
		"after Close": {func(w *Response) error {
			w.WriteString("<p>OK.</p>")
			return errors.Join(w.Close(), ErrShutdown)
		}, 200, "<p>OK.</p>"},
		// An error that is joined with ErrShutdown is logged.
		"joined": {func(w *Response) error { return errors.Join(errors.New("no disk"), ErrShutdown) }, 500, "no disk"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _, e := page1(t, func(w *Response, r *http.Request) error { return test.page(w) })
			status, body := get(t, url)
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			wantText(t, body, test.want)
			e.wantEnd()
		})
	}
}

func TestErrShutdown_afterHijack(t *testing.T) {
	var logs logBuffer
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		conn, _, err := w.Hijack()
		return errors.Join(err, conn.Close(), ErrShutdown)
	}})
	s.Logger = logs.logger()
	e := start(t, &Context{}, s)
	request(dial(t, s.URL()), "/page")
	e.wantEnd()
	if logs.String() != "" {
		t.Errorf("logged: %s", &logs)
	}
}

// The connections of a plainListener have only the methods of net.Conn.
type plainListener struct{ net.Listener }

func (l plainListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return struct{ net.Conn }{c}, err
}

func TestErrShutdown_noCloseWrite(t *testing.T) {
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
	wantAnswer(t, conn, "bye")
	e.wantEnd()
}
