package drain

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// If there are as many connections as allowed, the oldest is closed for another one.
func TestSlots(t *testing.T) {
	for name, test := range map[string]struct {
		sent string        // on each of the connections
		wait time.Duration // of another connection
	}{
		"idle":     {"", GracePeriod},
		"arriving": {"GET / HTTP/1.1\r\n", slowPeriod},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipeListener()
				conns := make([]net.Conn, 3)
				s := serve(t, Config{Limits: Limits{Conns: len(conns)}}, hello, l)
				for i := range conns {
					conns[i] = l.dial(t)
					if test.sent != "" {
						io.WriteString(conns[i], test.sent)
					}
					time.Sleep(time.Millisecond)
				}
				begun := time.Now()
				another := l.dial(t)
				io.WriteString(another, get)
				wantAnswer(t, another, "hello")
				if took := time.Since(begun); took > test.wait || took < test.wait-10*time.Millisecond {
					t.Errorf("the other connection was served after %v, want %v", took, test.wait)
				}
				wantClosed(t, conns[0]) // the oldest
				for _, conn := range conns[1:] {
					io.WriteString(conn, get[len(test.sent):])
					wantAnswer(t, conn, "hello")
				}
				s.end(t)
			})
		})
	}
}

// A connection that is never idle is closed after its answer if another one waits.
func TestSlots_busy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool, 3)
		l := newPipeListener()
		s := serve(t, Config{Limits: Limits{Conns: 1}}, func(w http.ResponseWriter, r *http.Request) {
			<-release
			hello(w, r)
		}, l)
		conn := l.dial(t)
		var another net.Conn
		for i, wantLast := range []bool{false, false, true} {
			io.WriteString(conn, get)
			synctest.Wait()
			if i == 1 {
				another = l.dial(t) // after the answer has begun
				go io.WriteString(another, get)
				synctest.Wait()
			}
			release <- true
			if resp := wantAnswer(t, conn, "hello"); resp.Close != wantLast {
				t.Errorf("answer %d: Close is %v, want %v", i, resp.Close, wantLast)
			}
		}
		conn.Close()
		release <- true
		wantAnswer(t, another, "hello")
		s.end(t)
	})
}
