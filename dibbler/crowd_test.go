package dibbler

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// inCrowd has a server with a page whose time is the test's.
func inCrowd(t *testing.T, test func(t *testing.T, l *pipeListener, p slow)) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newPipeListener(), newSlow(4*maxConns)
		s := register(t, p)
		s.Listeners = []net.Listener{l}
		e := start(t, &Context{}, s)
		test(t, l, p)
		e.Stop()
		if err := e.wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheRequestThatIsSlowestToArriveMakesRoom(t *testing.T) {
	inCrowd(t, func(t *testing.T, l *pipeListener, p slow) {
		close(p.end)
		conns := make([]net.Conn, maxConns)
		for i := range conns {
			conns[i] = l.dial()
			fmt.Fprint(conns[i], "GET /slow HTTP/1.1\r\n")
			time.Sleep(time.Millisecond)
		}
		begun := time.Now()
		another := l.dial()
		fmt.Fprint(another, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		if body, err := answered(another); body != "the whole answer" {
			t.Errorf("%q, %v", body, err)
		}
		if waited := time.Since(begun); waited > slowTime {
			t.Errorf("one more connection waits for %v", waited)
		}
		if _, err := conns[0].Read(make([]byte, 1)); err == nil {
			t.Error("the first has not made room")
		}
		for i, conn := range conns[1:] {
			fmt.Fprint(conn, "Host: x\r\n\r\n")
			if body, err := answered(conn); body != "the whole answer" {
				t.Fatalf("request %d: %q, %v", i+1, body, err)
			}
			conn.Close()
		}
	})
}

// A connection that is never quiet has to give up its place too.
func TestWhileOthersWaitConnectionsEndAfterTheirAnswers(t *testing.T) {
	inCrowd(t, func(t *testing.T, l *pipeListener, p slow) {
		const each = 3
		ends := make(chan bool, each*(maxConns+1)) // for each answer: its connection ends
		use := func(conn net.Conn) {
			defer conn.Close()
			for range each {
				fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
				resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
				if err != nil {
					t.Error(err)
					return
				}
				ends <- resp.Close
				if resp.Close {
					return
				}
			}
		}
		for range maxConns {
			go use(l.dial())
		}
		synctest.Wait()
		p.end <- struct{}{}
		if <-ends {
			t.Error("a connection ends although nobody waits")
		}
		go use(l.dial())
		synctest.Wait()
		// Those that are being answered now have begun before somebody waited.
		ended := false
		for range 2 * maxConns {
			if ended {
				break
			}
			p.end <- struct{}{}
			ended = <-ends
			synctest.Wait()
		}
		if !ended {
			t.Error("all connections are kept although another waits")
		}
		close(p.end)
		synctest.Wait()
	})
}
