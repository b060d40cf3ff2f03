package drain

import (
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

const slots = 3

// inFull runs test with a service that has as many connections as allowed. Their clients have
// sent this. The handler waits for release.
func inFull(t *testing.T, sent string, test func(t *testing.T, l *pipeListener, conns []net.Conn, release chan bool)) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan bool)
		l := newPipeListener()
		s := serve(t, Config{Limits: Limits{Conns: slots}}, func(w http.ResponseWriter, r *http.Request) {
			<-release
			hello(w, r)
		}, l)
		var conns []net.Conn
		for range slots {
			conn := l.dial(t)
			if sent != "" {
				io.WriteString(conn, sent)
			}
			conns = append(conns, conn)
			time.Sleep(time.Millisecond)
		}
		test(t, l, conns, release)
		s.end(t)
	})
}

func TestSlots(t *testing.T) {
	for name, test := range map[string]struct {
		sent string
		wait time.Duration // of another connection
	}{
		"idle":     {"", GracePeriod},
		"arriving": {"GET / HTTP/1.1\r\n", slowPeriod},
	} {
		t.Run(name, func(t *testing.T) {
			inFull(t, test.sent, func(t *testing.T, l *pipeListener, conns []net.Conn, release chan bool) {
				close(release)
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
			})
		})
	}
	t.Run("busy", func(t *testing.T) {
		inFull(t, get, func(t *testing.T, l *pipeListener, conns []net.Conn, release chan bool) {
			another := l.dial(t)
			go io.WriteString(another, get)
			time.Sleep(time.Hour)
			close(release)
			for _, conn := range append(conns, another) {
				wantAnswer(t, conn, "hello")
				conn.Close()
			}
		})
	})
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
