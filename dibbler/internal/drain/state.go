package drain

import (
	"math"
	"time"
)

// A state is the state of a connection. It determines the time limits; see [Conn.readDue].
//
//	       accepted
//	          │
//	      admitting ───────────────── refused ─────────────────┐
//	          │ admitted (if not HTTP: to opaque)              │
//	          ▼                                                │
//	┌────────idle ─────────────────── too long ──────────────┐ │
//	│         │ first byte of a request                      │ │
//	│         ▼                                              │ │
//	│      arriving ───────────────── too long ──────────────┤ │
//	│         │ Begin: its header was read                   │ │
//	│         ▼                                              ▼ │
//	│     answering ───── no next piece of the body ───► expired: Read fails,
//	│         │                                              ▲ │ and the server
//	│         ├── End, body unread ──► discarding ─ too long ┘ │ closes
//	│         │ End                        │                   │
//	│         ▼                            │                   │
//	└────── flushing ◄─────────────────────┘                   ▼
//	 Idle     └───────────── the last answer ──────────────► closed ◄── hijacked
//
// There are two further transitions to discarding: from arriving, if the server itself
// answers a request because it cannot parse the header; and from closed, if the handler has
// hijacked the connection to close it early.
//
// Expired is not a state but a flag. It is cleared if bytes that were on their way arrive
// and the client may still send some.
type state uint8

const (
	admitting  state = iota // accepted, and the filter has not returned yet
	idle                    // waiting for the first byte of a request
	arriving                // a part of a request's header was read
	answering               // a handler runs
	discarding              // the handler has returned, and the body was not read to its end
	flushing                // the handler has returned, and the server sends the rest
	opaque                  // the protocol is not HTTP, so requests are not seen
	closed                  // closed or hijacked
)

// never is later than every other time.
const never = time.Duration(math.MaxInt64)

// enter changes the state. c.mu is held.
func (c *Conn) enter(s state) {
	c.state, c.since = s, c.set.now()
	c.set.wakeBy(c.readDue())
}

// readDue returns when Read must fail. c.mu is held.
func (c *Conn) readDue() time.Duration {
	limits, drained := &c.set.limits, c.set.drainedSince()
	switch c.state {
	case idle:
		switch {
		case drained != never:
			return c.since + GracePeriod
		case c.reused:
			return c.since + limits.Idle
		}
		return c.since + limits.Header
	case arriving:
		return c.since + limits.Header
	case answering:
		if c.reading != 0 && c.left != 0 && c.readBy.IsZero() {
			return c.reading + limits.Read
		}
	case discarding:
		if drained != never {
			return min(c.since+DiscardTime, drained+drainDiscardTime)
		}
		return c.since + DiscardTime
	case opaque:
		if c.reading != 0 && drained != never {
			return max(c.reading, drained) + GracePeriod
		}
	}
	return never
}

// writeDue returns when Write must fail. c.mu is held.
func (c *Conn) writeDue() time.Duration {
	writing := time.Duration(c.writing.Load())
	if writing == 0 || !c.writeBy.IsZero() || c.state == opaque || c.state == closed {
		return never
	}
	return writing + c.set.limits.Write
}

// sweep enforces the limits that are due, and returns when the next one is due.
func (c *Conn) sweep() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, read, write := c.set.now(), never, c.writeDue()
	if !c.expired {
		read = c.readDue()
	}
	if write <= now {
		// The only error, here and below, is that the connection is closed.
		_ = c.Conn.SetWriteDeadline(past)
		write = never
	}
	switch {
	case read > now:
	case c.mayRevive(now) && c.hasMore():
		read = now + GracePeriod/10 // the program is busy and has not read it yet
	default:
		c.expire()
		read = never
	}
	return min(read, write)
}

// past is a deadline in the past.
var past = time.Unix(1, 0)

// expire makes Read fail, so that the server closes the connection. It does not close the
// connection, because a Read may just have returned a request that must be answered. c.mu is
// held.
func (c *Conn) expire() {
	c.expired = true
	_ = c.Conn.SetReadDeadline(past)
}

// revive undoes expire. c.mu is held.
func (c *Conn) revive() {
	c.expired = false
	_ = c.Conn.SetReadDeadline(c.readBy)
	c.set.wakeBy(c.readDue())
}

// mayRevive reports whether an arriving byte revives an expired connection. c.mu is held.
func (c *Conn) mayRevive(now time.Duration) bool {
	switch c.state {
	case arriving:
		return now < c.since+c.set.limits.Header
	case discarding, closed:
		return false
	}
	return true
}

// hasMore reports whether bytes have arrived that the server has not read. c.mu is held.
func (c *Conn) hasMore() bool {
	return c.rest.Len() > 0 || c.header != (header{}) && c.state != arriving || pending(c.Conn)
}

// expireIn expires the connection if it has been in state s for at least after and nothing
// more has arrived. It reports whether it has.
func (c *Conn) expireIn(s state, after time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != s || c.expired || c.set.now()-c.since < after || c.hasMore() {
		return false
	}
	c.expire()
	return true
}

// sinceIn returns when the connection has entered state s. ok is false if it is in another
// state or expired.
func (c *Conn) sinceIn(s state) (since time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since, c.state == s && !c.expired
}
