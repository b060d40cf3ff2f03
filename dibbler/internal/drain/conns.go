package drain

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conns are the open connections of one service. One timer is used for all their limits. It
// runs only while a connection has a limit. All times are durations since epoch.
type conns struct {
	limits     Limits
	epoch      time.Time
	drained    atomic.Int64   // when Drain was called; 0 before
	waiting    atomic.Int32   // the number of listeners in awaitSlot
	active     sync.WaitGroup // the connections
	freed      chan struct{}  // receives a value when a connection was removed
	initial    state
	badRequest func([]byte) []byte // see Config

	wake    atomic.Int64 // when timer fires, or never
	timerMu sync.Mutex   // held to set wake and timer
	timer   *time.Timer

	mu   sync.Mutex
	open map[*Conn]struct{}
	cut  bool // closeAll was called
}

func newConns(limits Limits, initial state, badRequest func([]byte) []byte) *conns {
	s := &conns{
		limits: limits.WithDefaults(),
		// One nanosecond ago, so that no time is zero.
		epoch:      time.Now().Add(-1),
		freed:      make(chan struct{}, 1),
		initial:    initial,
		badRequest: badRequest,
		open:       map[*Conn]struct{}{},
	}
	s.wake.Store(int64(never))
	s.timer = time.AfterFunc(time.Hour, s.sweep)
	s.timer.Stop()
	return s
}

func (s *conns) now() time.Duration { return time.Since(s.epoch) }

// drainedSince returns when Drain was called, or never.
func (s *conns) drainedSince() time.Duration {
	if d := time.Duration(s.drained.Load()); d != 0 {
		return d
	}
	return never
}

// wakeBy ensures that sweep is called no later than at due.
func (s *conns) wakeBy(due time.Duration) {
	if int64(due) >= s.wake.Load() {
		return
	}
	s.timerMu.Lock()
	defer s.timerMu.Unlock()
	if int64(due) < s.wake.Load() {
		s.wake.Store(int64(due))
		s.timer.Reset(due - s.now())
	}
}

// sweep enforces the limits of all connections.
func (s *conns) sweep() {
	s.wake.Store(int64(never))
	next := never
	for _, c := range s.all() {
		next = min(next, c.sweep())
	}
	s.wakeBy(next)
}

// drain implements Listener.Drain.
func (s *conns) drain() {
	s.drained.CompareAndSwap(0, int64(s.now()))
	s.sweep()
}

// add adds nc. filter is called by Admit, unless it is nil. add returns nil after closeAll.
func (s *conns) add(nc net.Conn, filter func(net.Conn) bool) *Conn {
	c := &Conn{Conn: nc, set: s, filter: filter}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		return nil
	}
	if filter == nil {
		c.enter(s.initial) // while s.mu is held, so that a sweep that clears wake finds c
	}
	s.active.Add(1)
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
	s.active.Done()
}

// all returns the open connections.
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

// unfinished implements Listener.Unfinished.
func (s *conns) unfinished() []string {
	var list []string
	for _, c := range s.all() {
		if text := c.unfinished(); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// awaitSlot returns when another connection can be added, or when closing is closed. It
// calls full each time that it has waited for GracePeriod.
func (s *conns) awaitSlot(closing <-chan struct{}, full func()) {
	if !s.full() {
		return
	}
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	for s.full() && !s.evict() {
		select {
		case <-s.freed:
		case <-time.After(GracePeriod): // a connection may now be idle for long enough
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

// evict expires the connection that has been idle for the longest time, or else one whose
// request is being discarded, or else one whose request is arriving. It returns false if
// there is none.
func (s *conns) evict() bool {
	return s.expireLongest(idle, GracePeriod) || s.expireLongest(discarding, slowPeriod) || s.expireLongest(arriving, slowPeriod)
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

// closeAfterAnswer reports whether connections are closed after their answers, because Drain
// was called or other connections wait.
func (s *conns) closeAfterAnswer() bool { return s.drained.Load() != 0 || s.waiting.Load() > 0 }
