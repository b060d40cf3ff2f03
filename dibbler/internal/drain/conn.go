package drain

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// A Conn is a connection that a [Listener] has accepted. Its server calls Begin and
// End around each handler, and [ConnState] for the rest.
type Conn struct {
	net.Conn
	set     *conns
	filter  func(net.Conn) bool // to be asked by Admit; nil: none is, or it was
	writing atomic.Int64        // since when a Write goes on; 0: none does

	mu      sync.Mutex
	state   state
	since   time.Duration // when state was entered
	reading time.Duration // since when a Read that is bounded goes on; 0: none does
	expired bool          // reading fails, whatever readBy says
	kept    bool          // one request was answered already
	whole   bool          // the header of the request is
	ahead   bool          // the server may have read beyond a request
	left    int64         // how much of the request's body was not read yet; -1: unknown
	wrote   bool          // some of the answer, or a provisional one, was written
	stream  bool          // see LastAtEnd
	serving bool          // a handler or the filter runs, perhaps after closing
	readBy  time.Time     // the deadline that the server or the author has set
	writeBy time.Time     // the deadline that the author has set
	verb    string        // what is being done, and to what: GET, /spam
	object  string
	header  header
	rest    bytes.Buffer // came with a header, and was not yielded yet
}

// Write gives the client Limits.Write for each piece of p.
func (c *Conn) Write(p []byte) (n int, err error) {
	c.mu.Lock()
	c.wrote = true
	refuses := c.state == arriving && c.set.refuse != nil
	c.mu.Unlock()
	if refuses {
		_, err := c.writeAll(c.set.refuse(p))
		return len(p), err
	}
	return c.writeAll(p)
}

func (c *Conn) writeAll(p []byte) (n int, err error) {
	defer c.writing.Store(0)
	for {
		now := c.set.now()
		c.writing.Store(int64(now))
		c.set.wakeBy(now + c.set.limits.Write)
		m, err := c.Conn.Write(p[n:min(len(p), n+WritePiece)])
		n += m
		if err != nil || n == len(p) {
			return n, err
		}
	}
}

// SetReadDeadline is called by the server to wake its own Read, and by authors.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() && c.readBy.IsZero() {
		return nil
	}
	c.readBy = t
	if c.expired {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline is called by authors, whose deadline then replaces
// Limits.Write, and by the server to end that after each answer.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() && c.writeBy.IsZero() {
		return nil
	}
	c.writeBy = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// Begin notes that a handler runs for the connection until End, and what it does.
// length is that of the request's body, or -1 if BodyRead tells when it has ended.
// If the connection was cut already, Begin returns false, and End must not be called.
func (c *Conn) Begin(verb, object string, length int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed {
		return false
	}
	c.serving, c.verb, c.object = true, verb, object
	if c.state == talking {
		return true
	}
	if !c.whole {
		c.header = header{} // the server found its end where we did not
	}
	c.state, c.whole, c.left, c.wrote, c.stream = answering, false, length, false, false
	if c.expired {
		c.revive()
	}
	return true
}

// BodyRead notes that a body of unknown length was read to its end.
func (c *Conn) BodyRead() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = 0
}

// End notes that the handler has returned.
func (c *Conn) End() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving, c.verb, c.object = false, "", ""
	switch {
	case c.state == closed:
		c.set.remove(c)
	case c.state == answering && c.left != 0:
		c.enter(discarding)
	case c.state == answering:
		c.state = flushing
	}
}

// idle notes that the server waits for the next request.
func (c *Conn) idle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed {
		return
	}
	c.kept, c.left, c.wrote = true, 0, false
	if c.header != (header{}) { // its first byte was read with the last request
		c.enter(arriving)
		return
	}
	c.enter(quiet)
	if c.stream && c.set.drainedSince() != never && !c.hasMore() {
		c.expire()
	}
}

// LastAtEnd says that the answer at hand is a stream that ends because the service
// does. Its header was sent without saying so, and still it is the last over its
// connection: its client does not ask again at once.
func (c *Conn) LastAtEnd() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stream = true
}

// IsLast reports whether the answer at hand is to be the last over the connection:
// the service ends or others wait for a place, and no other request has come. A body
// that was not read yet cannot be told from one.
func (c *Conn) IsLast() bool {
	if !c.set.lastAnswers() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left != 0 || !c.hasMore()
}

// unfinished says what is being done for the connection, or "" if nothing is.
func (c *Conn) unfinished() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.verb != "":
		return c.verb + " " + c.object
	case c.state == quiet || c.state == discarding && c.writing.Load() == 0 || c.state == closed:
		return ""
	}
	return "connection from " + c.RemoteAddr().String()
}

// ConnState is the hook of an [http.Server] that serves a [Listener].
func ConnState(nc net.Conn, s http.ConnState) {
	switch c := nc.(*Conn); s {
	case http.StateIdle:
		c.idle()
	case http.StateHijacked:
		c.release()
	}
}
