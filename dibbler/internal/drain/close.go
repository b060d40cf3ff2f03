package drain

import (
	"errors"
	"io"
	"time"
)

// Close closes the connection. The server, the plug-in and Cut may all call it. If the
// request was answered before its body was read, Close first reads and discards the rest.
func (c *Conn) Close() error {
	if c.toDiscard() {
		c.discard()
	}
	return c.cut()
}

// cut closes the connection at once.
func (c *Conn) cut() error {
	err := c.Conn.Close()
	c.release()
	return err
}

// CloseWrite closes the sending half of the connection, if it has halves. The server calls
// it before it closes a connection whose client is still sending.
func (c *Conn) CloseWrite() error {
	if c.toDiscard() {
		c.discard()
		return c.cut()
	}
	return c.closeWrite()
}

func (c *Conn) closeWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// CloseAfterBody is like Close, for a connection that a running handler has hijacked and
// answered. It does not wait.
func (c *Conn) CloseAfterBody() error {
	c.mu.Lock()
	if c.state == closed && c.serving && c.left != 0 {
		c.enter(discarding)
	}
	discards := c.state == discarding
	c.mu.Unlock()
	if !discards {
		return c.cut()
	}
	go func() { _ = c.Close() }()
	return nil
}

// toDiscard reports whether the rest of the request must be discarded, because the answer
// was sent before the end of the request. In state arriving, the server itself has answered
// a header that it cannot parse.
func (c *Conn) toDiscard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == arriving && c.wrote {
		c.enter(discarding)
	}
	return c.state == discarding && !c.expired
}

// discard closes the sending half, so that the client knows that the answer is complete, and
// reads until the body ends or the client closes the connection, for up to DiscardTime. If
// a connection is closed while the client is still sending, the client gets a reset, and
// may lose an answer that it has not read yet (RFC 9112, section 9.6). Many clients send
// the whole body before they read.
func (c *Conn) discard() {
	if c.closeWrite() != nil {
		return
	}
	_ = c.SetReadDeadline(time.Time{}) // the limit is DiscardTime, not a deadline for the handler
	c.mu.Lock()
	n := int64(DiscardBytes)
	if c.left > 0 {
		n = min(n, c.left-int64(c.rest.Len()))
	}
	c.mu.Unlock()
	_, _ = io.CopyN(io.Discard, c.Conn, n)
}

// release records that the connection is closed or hijacked.
func (c *Conn) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expired {
		c.revive()
	}
	if c.state != closed {
		c.state = closed
		if !c.serving {
			c.set.remove(c)
		}
	}
}
