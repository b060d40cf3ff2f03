package dibbler

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// quietTime is how long a connection that waits for a request is still listened
	// to when the environment ends, counted from when it began to wait. A client
	// that has just connected, or has just had an answer, may be about to send; one
	// that has been quiet for longer is a browser's spare.
	quietTime = 250 * time.Millisecond

	// slowTime is how long a request may take to arrive while others wait for room.
	slowTime = time.Second

	// maxConns bounds the open connections of one service. See room.
	maxConns = 1000
)

// A conn is a connection that an environment has accepted.
type conn struct {
	net.Conn
	set *connSet

	mu      sync.Mutex
	waiting bool      // for a request; false: vetted, or busy
	heard   bool      // something was read since it began to wait
	over    bool      // it has waited for long enough: reading fails
	since   time.Time // when waiting became true, or heard if it is
	writeBy time.Time // the deadline for writing, as it was last set
	verb    string    // what is being done, and to what: GET, /spam
	object  string
	closed  bool // or taken over
	refs    int  // being open is one, being answered another; 0: not in set
	header  header
	rest    bytes.Buffer // has arrived with a header, and was not yielded yet
}

// connKey finds a conn in a request's context.
type connKey struct{}

// connOf returns the connection of r, or nil if the server that r came through
// is not ours.
func connOf(r *http.Request) *conn {
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// Read yields, of what has arrived together, no more than up to the end of a
// header. The server would take in the requests behind it as well, and we would not
// know of them.
func (c *conn) Read(p []byte) (int, error) {
	if n := c.reread(p); n > 0 {
		return n, nil
	}
	n, err := c.Conn.Read(p)
	if n == 0 && c.resume() {
		n, err = c.Conn.Read(p)
	}
	if n == 0 {
		return 0, err
	}
	if end := c.hear(p[:n]); end < n {
		return end, nil // an error comes again with the next Read
	}
	return n, err
}

// reread reads what was read before and not yielded.
func (c *conn) reread(p []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rest.Len() == 0 {
		return 0
	}
	n := c.heed(p[:copy(p, c.rest.Bytes())])
	c.rest.Next(n)
	return n
}

// resume takes back that the wait is over if something has arrived before a Read
// has failed for it, and reports whether it has.
func (c *conn) resume() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over || !arrived(c.Conn) {
		return false
	}
	c.listen()
	return true
}

// hear takes in what was read, and returns how much of it to yield. It may have
// been on its way when the wait was declared over, which then was wrong.
func (c *conn) hear(p []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		c.listen()
	}
	n := c.heed(p)
	c.rest.Write(p[n:])
	return n
}

// listen ends that the wait is over. c.mu is held.
func (c *conn) listen() {
	c.over = false
	// A connection that is closed already has no deadline.
	_ = c.Conn.SetReadDeadline(time.Now().Add(headerTimeout))
}

// heed notes that p is there to be read, and returns how much of it to yield. c.mu
// is held.
func (c *conn) heed(p []byte) int {
	if !c.heard {
		c.heard, c.since = true, time.Now()
	}
	if !c.waiting {
		return len(p)
	}
	return c.header.end(p)
}

// isLast reports whether the answer to r is to be the last one over the
// connection: because it is not sure where r ends, or because the environment ends
// or others wait for room, and no other request has come yet. What comes with a
// body cannot be told from it.
func (c *conn) isLast(r *http.Request) bool {
	if isLengthUnsure(r) {
		return true
	}
	if !c.set.oneAnswer() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return r.Body != http.NoBody || !c.hasMore()
}

// isLengthUnsure reports whether the client may have another opinion about where
// r's body ends, so that nothing that comes after it can be trusted to be a
// request. net/http does not tell whether a chunked body has a length as well, nor
// whether a request of HTTP/1.0 is chunked, which it then takes no notice of; after
// both, RFC 9112, section 6.1, has the connection end.
func isLengthUnsure(r *http.Request) bool {
	return len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1)
}

// hasMore reports whether something has arrived that was not read yet. c.mu is
// held.
func (c *conn) hasMore() bool { return c.rest.Len() > 0 || arrived(c.Conn) }

// SetReadDeadline is called by the server for each request. It does not prolong a
// wait that is over.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline is called by the server, which takes the deadline away after each
// answer. It can stay: when there is something to write again, it is moved.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.IsZero() && c.verb == "" && !c.closed {
		return nil
	}
	c.writeBy = t
	return c.Conn.SetWriteDeadline(t)
}

// extend gives the client another writeTimeout to take what is written. A deadline
// that has just been moved is left alone.
func (c *conn) extend() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.extendLocked()
}

func (c *conn) extendLocked() {
	by := time.Now().Add(writeTimeout)
	if by.Sub(c.writeBy) < time.Second {
		return
	}
	c.writeBy = by
	// A connection that is closed already has no deadline.
	_ = c.Conn.SetWriteDeadline(by)
}

// Close closes the connection. It is called by whoever is first: the server, the
// plug-in, or the end of the environment.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.letGo()
	return err
}

// CloseWrite ends the sending half, where the connection has halves.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// letGo notes that the connection is closed, or is no longer the server's.
func (c *conn) letGo() {
	c.mu.Lock()
	first := !c.closed
	c.closed, c.waiting = true, false
	c.mu.Unlock()
	if first {
		c.unref()
	}
}

func (c *conn) unref() {
	c.mu.Lock()
	c.refs--
	last := c.refs == 0
	c.mu.Unlock()
	if last {
		c.set.remove(c)
	}
}

// begin notes what is being done for the connection, until end is called. If the
// connection was cut already, begin reports false, and end must not be called.
func (c *conn) begin(verb, object string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refs == 0 {
		return false
	}
	c.refs++
	c.verb, c.object = verb, object
	return true
}

func (c *conn) end() {
	c.mu.Lock()
	c.verb, c.object = "", ""
	c.mu.Unlock()
	c.unref()
}

// doing says what is being done for the connection, or "" if nothing is.
func (c *conn) doing() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.verb != "":
		return c.verb + " " + c.object
	case c.waiting && !c.heard || c.closed:
		return ""
	}
	return "connection from " + c.RemoteAddr().String()
}

func (c *conn) wait() {
	c.mu.Lock()
	c.waiting, c.heard, c.since = !c.closed, false, time.Now()
	c.header = header{}
	c.mu.Unlock()
	if c.set.draining.Load() {
		c.endIfQuiet()
	}
}

func (c *conn) work() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = false
	c.extendLocked() // the server itself answers what it cannot read
}

// endIfQuiet ends the wait of the connection if it has been quiet, and sees to it
// that this is asked again when it has waited for long enough.
func (c *conn) endIfQuiet() {
	if left, waits := c.quietFor(); waits && !c.endWait() {
		time.AfterFunc(max(left, quietTime/10), c.endIfQuiet)
	}
}

// endWait ends the wait of a connection that has been quiet for quietTime, and
// reports whether it did. It does not close the connection: a Read that has just
// got something must be able to answer it. It lets reading fail, whereupon the
// server closes. What has arrived and was not read yet, because the program is
// busy, is not quiet.
func (c *conn) endWait() bool { return c.stopReading(false, quietTime) }

// giveUp does the same with a connection whose request has been arriving for
// slowTime.
func (c *conn) giveUp() bool { return c.stopReading(true, slowTime) }

func (c *conn) stopReading(heard bool, after time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.waiting || c.heard != heard || c.over || time.Since(c.since) < after || c.hasMore() {
		return false
	}
	c.over = true
	// A connection that is closed already has no deadline.
	_ = c.Conn.SetReadDeadline(time.Unix(1, 0))
	return true
}

// quietFor returns how much of quietTime is left, and whether the connection
// waits and is quiet at all.
func (c *conn) quietFor() (left time.Duration, waits bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return quietTime - time.Since(c.since), c.waiting && !c.heard && !c.over
}

// slowFor returns how much of slowTime is left, and whether a request is arriving
// at all.
func (c *conn) slowFor() (left time.Duration, arrives bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slowTime - time.Since(c.since), c.waiting && c.heard && !c.over
}

// A connSet is the open connections of one service.
type connSet struct {
	env      *Context
	room     int // for so many
	draining atomic.Bool
	crowd    atomic.Int32   // the listeners with a connection that there is no room for
	gone     sync.WaitGroup // for all that were added

	freed chan struct{} // gets a value when there may be room again

	mu    sync.Mutex
	conns map[*conn]struct{}
}

func newConnSet(env *Context) *connSet {
	return &connSet{env: env, room: room(), freed: make(chan struct{}, 1), conns: map[*conn]struct{}{}}
}

// awaitRoom returns when there is room for one more connection, or closing is
// closed. The one that has been quiet for longest makes room; if none has, the one
// whose request has been arriving for longest, or else the next to be answered, and
// full is called meanwhile.
func (s *connSet) awaitRoom(closing <-chan struct{}, full func()) {
	if !s.full() {
		return
	}
	s.crowd.Add(1)
	defer s.crowd.Add(-1)
	for s.full() && !s.makeRoom() {
		select {
		case <-s.freed:
		case <-time.After(quietTime): // one may have been quiet for long enough
			full()
		case <-closing:
			return
		}
	}
}

func (s *connSet) add(nc net.Conn) *conn {
	c := &conn{Conn: nc, set: s, refs: 1}
	s.gone.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = struct{}{}
	return c
}

func (s *connSet) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns) >= s.room
}

// makeRoom ends the connection that others have to make room for, and reports
// whether there is one.
func (s *connSet) makeRoom() bool {
	conns := s.all()
	if c := first(conns, (*conn).quietFor); c != nil && c.endWait() {
		return true
	}
	c := first(conns, (*conn).slowFor)
	return c != nil && c.giveUp()
}

// first returns the connection that has the least time left, of those that left
// speaks for.
func first(conns []*conn, left func(*conn) (time.Duration, bool)) (c *conn) {
	var least time.Duration
	for _, next := range conns {
		if l, ok := left(next); ok && (c == nil || l < least) {
			c, least = next, l
		}
	}
	return c
}

// oneAnswer reports whether a connection is to end after the answer that it gets:
// where others wait for room, none is kept for the next request.
func (s *connSet) oneAnswer() bool { return s.draining.Load() || s.crowd.Load() > 0 }

func (s *connSet) remove(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	select {
	case s.freed <- struct{}{}:
	default:
	}
	s.gone.Done()
}

// all returns the connections that there are now.
func (s *connSet) all() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	conns := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		conns = append(conns, c)
	}
	return conns
}

// endQuiet ends the connections that wait for a request and are quiet, now and
// from now on.
func (s *connSet) endQuiet() {
	s.draining.Store(true)
	for _, c := range s.all() {
		c.endIfQuiet()
	}
}

func (s *connSet) closeAll() {
	for _, c := range s.all() {
		_ = c.Close()
	}
}

// doing lists what is being done.
func (s *connSet) doing() []string {
	var list []string
	for _, c := range s.all() {
		if d := c.doing(); d != "" {
			list = append(list, d)
		}
	}
	return list
}

// stop asks the environment to end.
func (c *conn) stop() { c.set.env.Stop() }
