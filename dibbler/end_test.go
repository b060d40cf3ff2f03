package dibbler

import (
	"fmt"
	"io"
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
