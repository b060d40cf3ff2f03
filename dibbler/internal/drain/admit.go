package drain

import "net"

// Admit asks the filter about the connection, once, and reports whether it is admitted.
// If not, it is closed. Read calls Admit; a server that may write first does so itself.
// It is called by the goroutine that serves the connection, and so a filter that takes
// its time keeps no other connection waiting.
func (c *Conn) Admit() bool {
	filter := c.filter
	if filter == nil {
		return true
	}
	c.filter = nil
	return c.beginAdmit() && c.ask(filter)
}

// beginAdmit notes that the filter is asked, for which the end of the service waits.
// It reports false if the connection was cut already.
func (c *Conn) beginAdmit() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serving = c.state != closed
	return c.serving
}

func (c *Conn) ask(filter func(net.Conn) bool) (admitted bool) {
	defer func() { // also after runtime.Goexit
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
