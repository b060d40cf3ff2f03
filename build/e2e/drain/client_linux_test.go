package drain

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// exchanges are what clients do over a new connection. Each client always does the same.
var exchanges = []func(*connection){
	func(c *connection) { // pages, one after another
		for more := true; more; {
			more = c.ask([]string{c.get("")}, c.want)
		}
	},
	func(c *connection) { // pages with pauses, some of which are longer than idleTime
		for more := true; more; {
			more = c.ask([]string{c.get("")}, c.want)
			time.Sleep(time.Duration(rand.Int64N(int64(2 * idleTime))))
		}
	},
	func(c *connection) { // one page
		get := c.get("")
		c.ask([]string{strings.TrimSuffix(get, "\r\n") + "Connection: close\r\n\r\n"}, c.want)
	},
	func(c *connection) { // pages of which eight are requested together
		for more := true; more; {
			var gets string
			var want []string
			for range 8 {
				gets += c.get("")
				want = append(want, c.want)
			}
			more = c.ask([]string{gets}, want...)
		}
	},
	func(c *connection) { // a slow page
		c.ask([]string{c.get(fmt.Sprintf("&Pause=%dms", 1+rand.IntN(300)))}, c.want)
	},
	func(c *connection) { // a slow upload
		part := strings.Repeat(fmt.Sprint(rand.Int64()), 1+rand.IntN(100))
		body := strings.Repeat(part, 8)
		head := fmt.Sprintf("POST /upload HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n", c.host, len(body))
		c.ask([]string{head, part, part, part, part, part, part, part, part}, body)
	},
}

// A connection is one of a client's.
type connection struct {
	net.Conn
	hammer   *hammer
	host     string
	in       *bufio.Reader
	made     time.Time
	answered bool   // at least once
	want     string // the answer to the last request of get
}

// get returns a request for a page of random length.
func (c *connection) get(query string) string {
	id, times := fmt.Sprint(rand.Int64()), 1+rand.IntN(300)
	c.want = strings.Repeat(id, times)
	return fmt.Sprintf("GET /page?Text=%s&Times=%d%s HTTP/1.1\r\nHost: %s\r\n\r\n", id, times, query, c.host)
}

// ask sends pieces of one or more requests, with pauses, and reads the answers. It reports
// whether more may follow.
func (c *connection) ask(pieces []string, want ...string) (more bool) {
	idle, unsent := c.send(pieces)
	var err error
	for i, w := range want {
		if err == nil { // the answer may say why not all could be sent
			more, err = c.read(w)
		}
		if err == nil {
			c.hammer.succeed(c)
			continue
		}
		c.hammer.fail(failure{c, idle, fmt.Errorf("%.20q, %d of %d from %v: %w", pieces[0], i+1, len(want), c.LocalAddr(), errors.Join(unsent, err))})
		more = false
	}
	return more
}

// send also returns for how long the connection had been idle.
func (c *connection) send(pieces []string) (idle time.Duration, err error) {
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		}
		_, err := io.WriteString(c, piece)
		if i == 0 {
			idle = c.idle()
		}
		if err != nil {
			return idle, err
		}
	}
	return idle, nil
}

// idle returns the time since data came over the connection. The kernel measures it,
// because this process may have had to wait for a processor.
func (c *connection) idle() time.Duration {
	raw, err := c.Conn.(syscall.Conn).SyscallConn()
	if err != nil {
		panic(err)
	}
	var info *unix.TCPInfo
	if ctl := raw.Control(func(fd uintptr) { info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) }); ctl != nil || err != nil {
		panic(errors.Join(ctl, err))
	}
	return time.Duration(info.Last_data_recv) * time.Millisecond
}

var errNoAnswer = errors.New("no answer")

func (c *connection) read(want string) (more bool, err error) {
	if _, err := c.in.Peek(1); err != nil {
		return false, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return false, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || string(body) != want {
		return false, fmt.Errorf("%s, %d bytes, %v; want 200 and %d bytes", resp.Status, len(body), err, len(want))
	}
	return !resp.Close, nil
}
