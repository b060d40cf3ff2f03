package drain

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// The conns are the open connections of one service. One timer serves all their
// limits, and runs only while one of them has something due.
type conns struct {
	limits  Limits
	origin  time.Time      // moments are counted from here
	drained atomic.Int64   // the moment when the end began; 0: it has not
	waiting atomic.Int32   // listeners with a connection that there is no place for
	gone    sync.WaitGroup // for all that were added
	freed   chan struct{}  // gets a value when there may be a place again
	initial state
	refuse  func([]byte) []byte // see Config

	wake  atomic.Int64 // the moment when timer fires, or never
	alarm sync.Mutex   // held to set wake and timer
	timer *time.Timer

	mu   sync.Mutex
	open map[*Conn]struct{}
	cut  bool // none is added any more
}

func newConns(limits Limits, initial state, refuse func([]byte) []byte) *conns {
	s := &conns{
		limits: limits.WithDefaults(),
		// A moment is not zero, which means none.
		origin:  time.Now().Add(-1),
		freed:   make(chan struct{}, 1),
		initial: initial,
		refuse:  refuse,
		open:    map[*Conn]struct{}{},
	}
	s.wake.Store(int64(never))
	s.timer = time.AfterFunc(time.Hour, s.sweep)
	s.timer.Stop()
	return s
}

func (s *conns) now() time.Duration { return time.Since(s.origin) }

// drainedSince returns the moment when the end began, or never.
func (s *conns) drainedSince() time.Duration {
	if d := time.Duration(s.drained.Load()); d != 0 {
		return d
	}
	return never
}

// wakeBy has sweep called at this moment, if it is not called before.
func (s *conns) wakeBy(due time.Duration) {
	if int64(due) >= s.wake.Load() {
		return
	}
	s.alarm.Lock()
	defer s.alarm.Unlock()
	if int64(due) < s.wake.Load() {
		s.wake.Store(int64(due))
		s.timer.Reset(due - s.now())
	}
}

// sweep fails what is due on all connections.
func (s *conns) sweep() {
	s.wake.Store(int64(never))
	next := never
	for _, c := range s.all() {
		next = min(next, c.sweep())
	}
	s.wakeBy(next)
}

// drain begins the end: connections that wait for a request are not waited for.
func (s *conns) drain() {
	s.drained.CompareAndSwap(0, int64(s.now()))
	s.sweep()
}

// add adds nc, about which filter is to be asked unless it is nil. It returns nil
// after closeAll.
func (s *conns) add(nc net.Conn, filter func(net.Conn) bool) *Conn {
	c := &Conn{Conn: nc, set: s, filter: filter}
	if filter == nil {
		c.enter(s.initial)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		return nil
	}
	s.gone.Add(1)
	s.open[c] = struct{}{}
	return c
}

func (s *conns) remove(c *Conn) {
	s.mu.Lock()
	delete(s.open, c)
	s.mu.Unlock()
	select {
	case s.freed <- struct{}{}:
	default:
	}
	s.gone.Done()
}

// all returns the connections that are open now.
func (s *conns) all() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Conn, 0, len(s.open))
	for c := range s.open {
		all = append(all, c)
	}
	return all
}

func (s *conns) closeAll() {
	s.mu.Lock()
	s.cut = true
	s.mu.Unlock()
	for _, c := range s.all() {
		_ = c.cut()
	}
}

// unfinished lists what is being done.
func (s *conns) unfinished() []string {
	var list []string
	for _, c := range s.all() {
		if what := c.unfinished(); what != "" {
			list = append(list, what)
		}
	}
	return list
}

// awaitPlace returns when there is a place for one more connection, or closing is
// closed. It calls full each time that it has waited in vain.
func (s *conns) awaitPlace(closing <-chan struct{}, full func()) {
	if !s.full() {
		return
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	for s.full() && !s.makePlace() {
		select {
		case <-s.freed:
		case <-time.After(GracePeriod): // one may have been quiet for long enough
			full()
		case <-closing:
			return
		}
	}
}

func (s *conns) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) >= s.limits.Conns
}

// makePlace ends the connection that has been quiet for longest, or else the one
// whose request has been arriving, or has been read though it is answered, for
// longest. It reports whether there is one.
func (s *conns) makePlace() bool {
	return s.expireLongest(quiet, GracePeriod) || s.expireLongest(discarding, slowPeriod) || s.expireLongest(arriving, slowPeriod)
}

func (s *conns) expireLongest(in state, after time.Duration) bool {
	var longest *Conn
	least := never
	for _, c := range s.all() {
		if since, ok := c.sinceIn(in); ok && since < least {
			longest, least = c, since
		}
	}
	return longest != nil && longest.expireIn(in, after)
}

// lastAnswers reports whether a connection is to end after the answer that it gets:
// where others wait for a place, none is kept for the next request.
func (s *conns) lastAnswers() bool { return s.drained.Load() != 0 || s.waiting.Load() > 0 }
