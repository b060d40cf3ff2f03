package drain

import "net"

// Admit asks the filter, once, and reports whether the connection is admitted. If not, Admit
// closes it. Read calls Admit; a server that may write first must call Admit itself. The
// filter is called on the goroutine of the connection, so a slow filter does not delay other
// connections.
func (c *Conn) Admit() bool {
	filter := c.filter
	if filter == nil {
		return true
	}
	c.filter = nil
	return c.beginAdmit() && c.runFilter(filter)
}

// beginAdmit records that the filter runs, so that Run waits for it. It returns false if the
// connection was cut.
func (c *Conn) beginAdmit() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving = c.state != closed
	return c.serving
}

func (c *Conn) runFilter(filter func(net.Conn) bool) (admitted bool) {
	defer func() { // deferred because of runtime.Goexit
		c.endAdmit()
		if !admitted {
			_ = c.cut()
		}
	}()
	return filter(c.Conn)
}

func (c *Conn) endAdmit() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving = false
	if c.state == closed {
		c.set.remove(c)
		return
	}
	c.enter(c.set.initial)
}
