package dibbler

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A request that was answered neither delays the end nor makes it a failure,
// although its client has not sent all of it.
func TestEndAfterEarlyAnswer(t *testing.T) {
	for page, header := range map[string]string{
		"form":    "Content-Type: x; =\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
		"ignore":  "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"panic":   "Content-Length: 1000000\r\n\r\nhello",
		"close":   "Content-Length: 1000000\r\n\r\nhello",
		"missing": "Content-Length: 10\r\n\r\nhello",
	} {
		t.Run(page, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(time.Second) // net/http goes on for half of one
				s := register(t, stallPages{})
				l := newPipeListener()
				stop := serveAt(t, s, l, false)
				client, server := newHalfConns(nil)
				defer client.Close()
				l.conns <- server
				go fmt.Fprintf(client, "POST /%s HTTP/1.1\r\nHost: x\r\n%s", page, header)
				go io.Copy(io.Discard, client)
				synctest.Wait()
				begun := time.Now()
				stop()
				if took := time.Since(begun); took > time.Second {
					t.Errorf("the end took %v", took)
				}
			})
		})
	}
}

// The connection of a stream that was told to end is not kept for more requests.
func TestEndOfStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
			w.Flush()
			<-Stopping(r.Context())
			_, err := io.WriteString(w, "bye")
			return err
		}})
		l := newPipeListener()
		stop := serveAt(t, s, l, false)
		client, server := newHalfConns(nil)
		defer client.Close()
		l.conns <- server
		go io.WriteString(client, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
		answer := make(chan string)
		go func() {
			body, err := answered(client)
			answer <- fmt.Sprint(body, err)
		}()
		time.Sleep(time.Minute)
		begun := time.Now()
		go stop()
		if got := <-answer; got != "bye<nil>" {
			t.Error(got)
		}
		if _, err := client.Read(make([]byte, 1)); err != io.EOF {
			t.Error(err)
		}
		if took := time.Since(begun); took > 0 {
			t.Errorf("the end took %v", took)
		}
	})
}
