package drain

import (
	"errors"
	"io"
)

// Close closes the connection. It is called by whoever is first: the server, the
// plug-in, or the end of the service. If the request was answered before its body
// was read, it reads on first.
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

// CloseWrite ends the sending half, where the connection has halves. The server
// calls it when it is about to close a connection whose client is still sending.
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

// CloseAfterBody is Close for a connection that was hijacked while a handler runs, and
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

// toDiscard reports whether an answer came before the end of its request. The
// server itself gives it where it cannot read the header.
func (c *Conn) toDiscard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == arriving && c.wrote {
		c.enter(discarding)
	}
	return c.state == discarding && !c.expired
}

// discard tells the client that the answer is whole, and reads what it sends until
// the body ends or the client closes, too. A client that has more to send when its
// connection is closed gets a reset, which destroys the answer where it was not read
// yet (RFC 9112, section 9.6). Many clients send the whole body first. The time for
// it is DiscardTime.
func (c *Conn) discard() {
	if c.closeWrite() != nil {
		return
	}
	c.mu.Lock()
	n := int64(DiscardBytes)
	if c.left > 0 {
		n = min(n, c.left-int64(c.rest.Len()))
	}
	c.mu.Unlock()
	_, _ = io.CopyN(io.Discard, c.Conn, n)
}

// release notes that the connection is closed, or is no longer the server's.
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
