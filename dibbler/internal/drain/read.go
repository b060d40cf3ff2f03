package drain

import (
	"bytes"
	"errors"
	"io"
)

// Read yields, of bytes that came together, no more than up to the end of a header.
// The server would read the requests behind it as well, and we would not know of
// them.
func (c *Conn) Read(p []byte) (int, error) {
	if !c.Admit() {
		return 0, io.EOF
	}
	for {
		n, err := c.beginRead(p)
		if n > 0 || err != nil {
			return n, err
		}
		if n, err = c.Conn.Read(p); n == 0 && c.reviveIfPending() {
			n, err = c.Conn.Read(p)
		}
		if n = c.endRead(p[:n]); n > 0 {
			return n, nil // an error comes again with the next Read
		}
		if err != nil || len(p) == 0 {
			return 0, err
		}
	}
}

// beginRead reads what came before and was not yielded. If there is nothing, the
// time of a Read begins.
func (c *Conn) beginRead(p []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == discarding && c.wrote {
		return 0, errAnswered
	}
	for c.rest.Len() > 0 && n == 0 {
		var drop int
		drop, n = c.take(c.rest.Bytes()[:min(len(p), c.rest.Len())])
		c.rest.Next(drop)
		copy(p, c.rest.Next(n))
	}
	if n > 0 {
		return n, nil
	}
	if c.state == talking && c.expired {
		c.revive() // each Read may wait
	}
	if c.state == talking || c.state == answering && c.left != 0 {
		c.reading = c.set.now()
		c.set.wakeBy(c.readDue())
	}
	return 0, nil
}

// errAnswered keeps the server from reading a body on when the request was
// answered. Close does so, when the client has been told that the answer is whole.
var errAnswered = errors.New("dibbler: the request was answered before its body was read")

// reviveIfPending reports whether something had come before a Read failed for lack
// of it.
func (c *Conn) reviveIfPending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.expired || !c.mayRevive(c.set.now()) || !pending(c.Conn) {
		return false
	}
	c.revive()
	return true
}

// endRead takes p, which was read, and returns how much of it to yield.
func (c *Conn) endRead(p []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = 0
	if len(p) == 0 {
		return 0
	}
	if c.expired && c.mayRevive(c.set.now()) {
		c.revive() // it was on its way
	}
	drop, n := c.take(p)
	c.rest.Write(p[drop+n:])
	copy(p, p[drop:drop+n])
	return n
}

// take notes that p is there to be read, and returns how much of it to drop, and
// then to yield: empty lines before a request are none of it (RFC 9112, section 2.2).
// Behind a body of unknown length the server may have some of the next request
// already, and what looks like an empty line may end a line of that. c.mu is held.
func (c *Conn) take(p []byte) (drop, n int) {
	switch {
	case c.state == talking, c.state == closed:
		return 0, len(p)
	case c.left < 0:
		c.ahead = true
		return 0, len(p)
	case c.left > 0:
		n = int(min(int64(len(p)), c.left))
		if c.left -= int64(n); c.left == 0 && c.state == discarding {
			c.state = flushing
		}
		return 0, n
	}
	if c.header == (header{}) && !c.ahead {
		drop = len(p) - len(bytes.TrimLeft(p, "\r\n"))
		if drop == len(p) {
			return drop, 0
		}
	}
	if c.state == quiet {
		c.enter(arriving)
	}
	n, whole := c.header.end(p[drop:])
	c.whole = c.whole || whole
	return drop, n
}
