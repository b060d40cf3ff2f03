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

func TestErrShutdown_goodbye(t *testing.T) {
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

func TestErrShutdown_afterClose(t *testing.T) {
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
	if body, err := answered(conn); body != "bye" {
		t.Errorf("%q, %v", body, err)
	}
	if err := e.wait(); err != nil {
		t.Error(err)
	}
}

// An error that is joined with ErrShutdown is logged.
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
