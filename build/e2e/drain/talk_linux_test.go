package drain

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A talk is what a client does over a new connection, until that is to be closed.
type talk func(*connection)

// talks are what the clients have to say: each client always the same, but for
// those that mix.
var talks = []talk{askOn, askNowAndThen, askOnce, pipeline, upload, askSlowly, mix}

// mix has any other talk.
func mix(c *connection) {
	others := []talk{askOn, askNowAndThen, askOnce, pipeline, upload, askSlowly}
	others[rand.IntN(len(others))](c)
}

// askOn asks for pages for as long as the connection lasts.
func askOn(c *connection) {
	for c.ask(c.page("")) {
	}
}

// askNowAndThen does so with pauses, some of them longer than the program waits
// while it ends.
func askNowAndThen(c *connection) {
	for c.ask(c.page("")) {
		time.Sleep(time.Duration(rand.Int64N(int64(2 * quietTime))))
	}
}

// askOnce asks for one page.
func askOnce(c *connection) { c.ask(c.page("Connection: close\r\n")) }

// pipeline asks for eight pages together, for as long as the connection lasts.
func pipeline(c *connection) {
	for more := true; more; {
		var together []request
		for range 8 {
			together = append(together, c.page(""))
		}
		more = c.ask(together...)
	}
}

// askSlowly asks for a page that takes its time.
func askSlowly(c *connection) {
	r := c.page("")
	r.pieces[0] = strings.Replace(r.pieces[0], "&", fmt.Sprintf("&slow=%d&", 1+rand.IntN(300)), 1)
	c.ask(r)
}

// upload sends a body, slowly.
func upload(c *connection) {
	pieces := []string{"POST /upload HTTP/1.1\r\nHost: " + c.host + "\r\n"}
	body := strings.Repeat(fmt.Sprint(rand.Int64()), 1+rand.IntN(1000))
	part := 1 + len(body)/8
	chunked := rand.IntN(2) == 0
	if chunked {
		pieces[0] += "Transfer-Encoding: chunked\r\n\r\n"
	} else {
		pieces[0] += fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
	}
	for rest := body; rest != ""; {
		n := min(part, len(rest))
		piece := rest[:n]
		if chunked {
			piece = fmt.Sprintf("%x\r\n%s\r\n", n, piece)
		}
		pieces, rest = append(pieces, piece), rest[n:]
	}
	if chunked {
		pieces = append(pieces, "0\r\n\r\n")
	}
	want := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body)))
	c.ask(request{pieces: pieces, whole: func(answer string) bool { return answer == want }})
}

// A request is sent in pieces, with pauses between them, and knows its whole
// answer.
type request struct {
	pieces []string
	whole  func(answer string) bool
}

// page is a request for a page of any length: with a Content-Length, or chunked.
func (c *connection) page(header string) request {
	id := fmt.Sprint(rand.Int64())
	get := fmt.Sprintf("GET /data?id=%s&size=%d HTTP/1.1\r\nHost: %s\r\n%s\r\n", id, rand.IntN(5000), c.host, header)
	return request{pieces: []string{get}, whole: func(answer string) bool {
		i := strings.LastIndexByte(answer, ' ')
		return i > 0 && strings.HasPrefix(answer, id+" ") && answer[i+1:] == fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(answer[:i])))
	}}
}

// A connection is one of a client's.
type connection struct {
	net.Conn
	hammer    *hammer
	host      string
	in        *bufio.Reader
	connected time.Time // when the client learned that it was
	answered  bool      // once or more
}

// ask sends requests, and reads the answers. It reports whether more may follow.
func (c *connection) ask(requests ...request) (more bool) {
	quiet, unsent := c.send(requests)
	var err error
	for i, r := range requests {
		if err == nil {
			// Who cannot send everything may have been answered why.
			more, err = c.answer(r)
		}
		if err != nil {
			err := fmt.Errorf("%.20q, %d of %d over the connection of %v: %w", r.pieces[0], i+1, len(requests), c.LocalAddr(), errors.Join(unsent, err))
			c.hammer.fail(failure{c, quiet, err})
			more = false
			continue
		}
		c.hammer.succeed(c)
	}
	return more
}

// send sends one request, piece by piece, or several together. It returns for how
// long the connection was quiet until then. Where the answer is quicker than the
// look at the clock, that is not for long, which then does no harm.
func (c *connection) send(requests []request) (quiet time.Duration, err error) {
	pieces := requests[0].pieces
	if len(requests) > 1 {
		var all strings.Builder
		for _, r := range requests {
			all.WriteString(strings.Join(r.pieces, ""))
		}
		pieces = []string{all.String()}
	}
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		}
		_, err := io.WriteString(c, piece)
		if i == 0 {
			quiet = c.quiet()
		}
		if err != nil {
			return quiet, err
		}
	}
	return quiet, nil
}

// quiet is for how long nothing has come over the connection. The kernel knows:
// this program may have been kept from looking.
func (c *connection) quiet() time.Duration {
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

func (c *connection) answer(r request) (more bool, err error) {
	if _, err := c.in.Peek(1); err != nil {
		return false, fmt.Errorf("%w: %w", errSilence, err)
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return false, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return false, fmt.Errorf("the answer is cut after %d bytes: %w", len(body), err)
	}
	if resp.StatusCode != http.StatusOK || !r.whole(string(body)) {
		return false, fmt.Errorf("%s, %.80q", resp.Status, body)
	}
	return !resp.Close, nil
}

// errSilence is why a request has failed that got no byte of an answer.
var errSilence = errors.New("no answer")
