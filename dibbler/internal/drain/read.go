package drain

import (
	"bytes"
	"errors"
	"io"
)

// Read returns no bytes after the end of a header together with the header. Otherwise the
// server could read further requests, and the Conn would not know about them.
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
			return n, nil // the next Read returns the error again
		}
		if err != nil || len(p) == 0 {
			return 0, err
		}
	}
}

// beginRead copies bytes that were read before. If there are none, it records that a Read
// begins.
func (c *Conn) beginRead(p []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == discarding && c.wrote {
		return 0, errAnswered
	}
	for len(p) > 0 && c.rest.Len() > 0 && n == 0 {
		var drop int
		drop, n = c.take(c.rest.Bytes()[:min(len(p), c.rest.Len())])
		c.rest.Next(drop)
		copy(p, c.rest.Next(n))
	}
	if n > 0 {
		return n, nil
	}
	if c.state == opaque && c.expired {
		c.revive() // each Read may wait for GracePeriod
	}
	if c.state == opaque || c.state == answering && c.left != 0 {
		c.reading = c.set.now()
		c.set.wakeBy(c.readDue())
	}
	return 0, nil
}

// errAnswered stops the server from reading the rest of a body after the answer. Close reads
// it, after it has closed the sending half.
var errAnswered = errors.New("dibbler: the request was answered before its body was read")

// reviveIfPending reports whether bytes had arrived before a Read failed because the
// connection has expired. It then revives the connection.
func (c *Conn) reviveIfPending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.expired || !c.mayRevive(c.set.now()) || !pending(c.Conn) {
		return false
	}
	c.revive()
	return true
}

// endRead processes p, which was read. It moves the bytes for the caller of Read to the
// beginning of p, and returns their number.
func (c *Conn) endRead(p []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = 0
	if len(p) == 0 {
		return 0
	}
	if c.expired && c.mayRevive(c.set.now()) {
		c.revive() // the bytes were on their way
	}
	drop, n := c.take(p)
	c.rest.Write(p[drop+n:])
	copy(p, p[drop:drop+n])
	return n
}

// take processes p, bytes that were read. It returns how many bytes to drop, and how many of
// the next to return from Read. It drops empty lines before a request (RFC 9112, section
// 2.2), but not after a body of unknown length: the server may already have a part of the
// next request, and the empty line may be the end of a line of it. c.mu is held.
func (c *Conn) take(p []byte) (drop, n int) {
	switch {
	case c.state == opaque, c.state == closed:
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
	if c.state == idle {
		c.enter(arriving)
	}
	n, whole := c.header.end(p[drop:])
	c.headerRead = c.headerRead || whole
	return drop, n
}
