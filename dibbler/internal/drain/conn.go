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

// A Conn is a connection that a [Listener] has accepted. The server calls Begin before and
// End after each handler, and [ConnState].
type Conn struct {
	net.Conn
	set     *conns
	filter  func(net.Conn) bool // nil if there is none or Admit has called it
	writing atomic.Int64        // when the current Write began; 0 if there is none

	mu         sync.Mutex
	state      state
	since      time.Duration // when state was entered
	reading    time.Duration // when the current Read with a limit began; 0 if there is none
	expired    bool          // Read fails, whatever readBy is
	reused     bool          // a request was answered before
	headerRead bool          // the header of the request was read
	ahead      bool          // the server may have read bytes after the request
	left       int64         // how many bytes of the body were not read yet; -1 if unknown
	wrote      bool          // some of the answer, or an informational one, was written
	stream     bool          // MarkStream was called
	serving    bool          // a handler or the filter runs, perhaps after closing
	readBy     time.Time     // the deadline that the server or the author has set
	writeBy    time.Time     // the deadline that the author has set
	verb       string        // the current request, such as GET
	object     string        // and /spam
	header     header
	rest       bytes.Buffer // read after a header, and not returned by Read yet
}

// Write writes p in pieces, with a limit of Limits.Write for each.
func (c *Conn) Write(p []byte) (n int, err error) {
	c.mu.Lock()
	c.wrote = true
	refuses := c.state == arriving && c.set.badRequest != nil
	c.mu.Unlock()
	if refuses {
		_, err := c.writeAll(c.set.badRequest(p))
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

// SetReadDeadline is called by authors, and by the server to interrupt its own Read.
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

// SetWriteDeadline is called by authors, whose deadline replaces Limits.Write, and by the
// server, which removes that deadline after each answer.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() && c.writeBy.IsZero() {
		return nil
	}
	c.writeBy = t
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// Begin records that a handler runs until End is called. verb and object name the request
// for Unfinished. length is the length of the body, or -1 if BodyRead is called at its end.
// If the connection was cut, Begin returns false, and End must not be called.
func (c *Conn) Begin(verb, object string, length int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed {
		return false
	}
	c.serving, c.verb, c.object = true, verb, object
	if c.state == opaque {
		return true
	}
	if !c.headerRead {
		c.header = header{} // the server has found the end of the header elsewhere
	}
	c.state, c.headerRead, c.left, c.wrote, c.stream = answering, false, length, false, false
	if c.expired {
		c.revive()
	}
	return true
}

// BodyRead records that a body of unknown length was read to its end.
func (c *Conn) BodyRead() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = 0
}

// End records that the handler has returned.
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

// setIdle records that the server waits for the next request.
func (c *Conn) setIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == closed {
		return
	}
	c.reused, c.left, c.wrote = true, 0, false
	if c.header != (header{}) { // the beginning of the next request was already read
		c.enter(arriving)
		return
	}
	c.enter(idle)
	if c.stream && c.set.drainedSince() != never && !c.hasMore() {
		c.expire()
	}
}

// MarkStream records that the current answer is a stream, which ends when the service ends.
// The connection is then closed after it, although its header did not say so: the client of
// a stream does not send another request at once.
func (c *Conn) MarkStream() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stream = true
}

// IsLast reports whether the connection must be closed after the current answer: the service
// ends or other connections wait, and no other request has arrived. If the body has not been
// read, another request cannot be seen, and so none counts as arrived.
func (c *Conn) IsLast() bool {
	if !c.set.closeAfterAnswer() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left != 0 || !c.hasMore()
}

// unfinished returns the current request or the client's address, or "" if the connection is
// idle.
func (c *Conn) unfinished() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.verb != "":
		return c.verb + " " + c.object
	case c.state == idle || c.state == discarding && c.writing.Load() == 0 || c.state == closed:
		return ""
	}
	return "connection from " + c.RemoteAddr().String()
}

// ConnState is the ConnState of an [http.Server] that serves a [Listener].
func ConnState(nc net.Conn, s http.ConnState) {
	switch c := nc.(*Conn); s {
	case http.StateIdle:
		c.setIdle()
	case http.StateHijacked:
		c.release()
	}
}
