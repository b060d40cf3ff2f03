package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// accepted is a plug-in that records the addresses of the clients of accepted connections.
type accepted struct{ from sync.Map }

func (a *accepted) OnIncomingConnection(c net.Conn) bool {
	a.from.Store(c.RemoteAddr().String(), true)
	return true
}

func TestHammer(t *testing.T) {
	for _, keepAlive := range []bool{true, false} {
		for range 5 {
			hammer(t, keepAlive)
		}
	}
}

// hammer sends requests from many clients without pauses, ends the environment, and counts
// the lost requests: those on accepted connections that got no complete answer. It does not
// count requests that were sent after the grace period, which happens on a busy machine.
func hammer(t *testing.T, keepAlive bool) {
	a := new(accepted)
	s := register(t, &pages1{}, a)
	e := start(t, &Context{DrainTimeout: time.Hour}, s) // for a busy machine
	addr := addrOf(s)
	const clients = 64
	var answers, lost atomic.Int64
	var warm, wg sync.WaitGroup
	warm.Add(clients)
	for range clients {
		wg.Go(func() {
			once := sync.OnceFunc(warm.Done)
			defer once()
			for {
				quiet := time.Now() // the connection is not idle before
				conn, err := net.Dial("tcp", addr)
				if err != nil {
					return // the listener is closed
				}
				in := bufio.NewReader(conn)
				for more := true; more; {
					var sent time.Time
					before := quiet
					quiet = time.Now()
					more, sent, err = askOver(conn, in)
					if err != nil {
						if _, ok := a.from.Load(conn.LocalAddr().String()); ok && sent.Sub(before) < drain.GracePeriod {
							t.Logf("lost: %v", err)
							lost.Add(1)
						}
						break
					}
					once()
					answers.Add(1)
					more = more && keepAlive
				}
				conn.Close()
			}
		})
	}
	warm.Wait()
	e.Stop()
	wg.Wait()
	e.wantEnd()
	if lost.Load() > 0 {
		t.Errorf("keep-alive %v: %d requests were lost, %d were answered", keepAlive, lost.Load(), answers.Load())
	}
}

// askOver sends a request on conn and reads the answer. It returns whether another request may
// follow, and when the request had been sent.
func askOver(conn net.Conn, in *bufio.Reader) (more bool, sent time.Time, err error) {
	_, err = fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
	sent = time.Now()
	if err != nil {
		return false, sent, err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return false, sent, err
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil && string(body) != "first of 1" {
		err = fmt.Errorf("answered %q", body)
	}
	return !resp.Close, sent, err
}
