package dibbler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// mountHTTP2 serves page in another server with HTTP/2, and returns a client and a function
// that stops both.
func mountHTTP2(t *testing.T, page func(w *Response, r *http.Request) error) (client *http.Client, stop func()) {
	var http2 http.Protocols
	http2.SetUnencryptedHTTP2(true)
	l := newPipeListener()
	web := &http.Server{Handler: register(t, methletPlugin{page}), Protocols: &http2}
	done := make(chan bool)
	go func() {
		defer close(done)
		_ = web.Serve(l)
	}()
	transport := &http.Transport{
		Protocols:   &http2,
		DialContext: func(context.Context, string, string) (net.Conn, error) { return l.dial(), nil },
	}
	return &http.Client{Transport: transport}, func() {
		transport.CloseIdleConnections()
		web.Close()
		<-done
	}
}

// The limits do not apply to the time that a methlet takes, in HTTP/2 either.
func TestHTTP2_slowMethlet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, stop := mountHTTP2(t, func(w *Response, r *http.Request) error {
			time.Sleep(time.Hour)
			half := make([]byte, 5)
			if _, err := io.ReadFull(r.Body, half); err != nil {
				return err
			}
			time.Sleep(time.Hour)
			rest, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s|", half)
			w.Flush()
			time.Sleep(time.Hour)
			_, err = w.Write(rest)
			w.Flush()
			time.Sleep(time.Hour)
			return err
		})
		defer stop()
		resp, err := client.Post("http://x/page", "text/plain", strings.NewReader("first, second"))
		if err != nil {
			t.Fatal(err)
		}
		if body := readAll(t, resp.Body); body != "first|, second" {
			t.Errorf("%d %q", resp.StatusCode, body)
		}
	})
}

// A client that sends or reads nothing is cut within the limits.
func TestHTTP2_stalledClient(t *testing.T) {
	for name, test := range map[string]struct {
		stall func(w *Response, r *http.Request) error
		want  time.Duration
	}{
		"sends nothing": {func(w *Response, r *http.Request) error {
			_, err := io.Copy(io.Discard, r.Body)
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
			return nil
		}, readTimeout},
		"reads nothing": {func(w *Response, r *http.Request) error {
			w.Flush()
			for {
				if _, err := w.Write(make([]byte, writeChunk)); err != nil {
					return err
				}
			}
		}, writeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				took := make(chan time.Duration, 1)
				client, stop := mountHTTP2(t, func(w *Response, r *http.Request) error {
					begun := time.Now()
					defer func() { took <- time.Since(begun) }()
					return test.stall(w, r)
				})
				defer stop()
				body, silent := io.Pipe()
				defer silent.Close()
				resp, err := client.Post("http://x/page", "text/plain", body)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				if took := <-took; took != test.want {
					t.Errorf("the methlet ended after %v, want %v", took, test.want)
				}
			})
		})
	}
}
