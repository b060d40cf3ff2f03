package drain

import (
	"math"
	"time"
)

// A state is what a connection is doing. Time limits follow from it alone; see
// [Conn.readDue].
//
//	       accepted
//	          │
//	      admitting ───────────────── refused ─────────────────┐
//	          │ admitted (opaque protocols: to talking)        │
//	          ▼                                                │
//	┌───────quiet ─────────────────── too long ──────────────┐ │
//	│         │ first byte of a request                      │ │
//	│         ▼                                              │ │
//	│      arriving ───────────────── too long ──────────────┤ │
//	│         │ Begin: its header is whole                   │ │
//	│         ▼                                              ▼ │
//	│     answering ───── no next piece of the body ───► expired: Read fails,
//	│         │                                              ▲ │ and the server
//	│         ├── End, body unread ──► discarding ─ too long ┘ │ closes
//	│         │ End                        │                   │
//	│         ▼                            │                   │
//	└────── flushing ◄─────────────────────┘                   ▼
//	 Idle     └───────────── the last answer ──────────────► closed ◄── hijacked
//
// A request that the server itself answers, since it cannot read its header, goes from
// arriving to discarding, and so does one from closed whose handler has hijacked the
// connection to close it early.
//
// Expired is no state of its own but a flag beside it: a byte that was on its way
// takes it back, where the client may still send one.
type state uint8

const (
	admitting  state = iota // accepted; the filter has not answered yet
	quiet                   // nothing of the next request has come
	arriving                // part of a request's header has come
	answering               // a handler runs
	discarding              // the handler has returned, and the body has not ended
	flushing                // the handler has returned, and the server sends the rest
	talking                 // in a protocol whose requests are not seen
	closed                  // or hijacked: no longer the server's
)

// never is later than every due time.
const never = time.Duration(math.MaxInt64)

// enter changes the state, from now on. c.mu is held.
func (c *Conn) enter(s state) {
	c.state, c.since = s, c.set.now()
	c.set.wakeBy(c.readDue())
}

// readDue returns when reading is to fail. c.mu is held.
func (c *Conn) readDue() time.Duration {
	limits, drained := &c.set.limits, c.set.drainedSince()
	switch c.state {
	case quiet:
		switch {
		case drained != never:
			return c.since + GracePeriod
		case c.kept:
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
			return min(c.since+DiscardTime, drained+discardTimeAtEnd)
		}
		return c.since + DiscardTime
	case talking:
		if c.reading != 0 && drained != never {
			return max(c.reading, drained) + GracePeriod
		}
	}
	return never
}

// writeDue returns when writing is to fail. c.mu is held.
func (c *Conn) writeDue() time.Duration {
	writing := time.Duration(c.writing.Load())
	if writing == 0 || !c.writeBy.IsZero() || c.state == talking || c.state == closed {
		return never
	}
	return writing + c.set.limits.Write
}

// sweep fails what is due, and returns when to look again.
func (c *Conn) sweep() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, read, write := c.set.now(), never, c.writeDue()
	if !c.expired {
		read = c.readDue()
	}
	if write <= now {
		// A connection that is closed already has no deadline, here and below.
		_ = c.Conn.SetWriteDeadline(past)
		write = never
	}
	switch {
	case read > now:
	case c.mayRevive(now) && c.hasMore():
		read = now + GracePeriod/10 // the program is busy
	default:
		c.expire()
		read = never
	}
	return min(read, write)
}

// past is a deadline that is over.
var past = time.Unix(1, 0)

// expire makes Read fail, whereupon the server closes. It does not close itself: a
// Read that has just got something must be able to answer it. c.mu is held.
func (c *Conn) expire() {
	c.expired = true
	_ = c.Conn.SetReadDeadline(past)
}

// revive takes back that the connection has expired. c.mu is held.
func (c *Conn) revive() {
	c.expired = false
	_ = c.Conn.SetReadDeadline(c.readBy)
	c.set.wakeBy(c.readDue())
}

// mayRevive reports whether a byte that has come after all may undo expiry. c.mu is
// held.
func (c *Conn) mayRevive(now time.Duration) bool {
	switch c.state {
	case arriving:
		return now < c.since+c.set.limits.Header
	case discarding, closed:
		return false
	}
	return true
}

// hasMore reports whether something has come that the server has not read. c.mu is
// held.
func (c *Conn) hasMore() bool {
	return c.rest.Len() > 0 || c.header != (header{}) && c.state != arriving || pending(c.Conn)
}

// expireIn expires the connection if it has been in this state for so long and
// nothing more has come, and reports whether it did.
func (c *Conn) expireIn(s state, after time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != s || c.expired || c.set.now()-c.since < after || c.hasMore() {
		return false
	}
	c.expire()
	return true
}

// sinceIn returns since when the connection has been in this state.
func (c *Conn) sinceIn(s state) (since time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since, c.state == s && !c.expired
}
