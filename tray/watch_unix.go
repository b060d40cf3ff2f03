//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"errors"
	"os"
	"time"
)

var errDropped = errors.New("the panel has dropped the icon; trying again")

// If a panel does not list the icon after minWait, the library has not registered it, and
// watch registers it. If the panel keeps dropping the icon, the wait is doubled each time,
// up to maxWait.
const (
	minWait = 500 * time.Millisecond
	maxWait = time.Minute
)

// watch reports whether a panel shows the icon, now and after each change, until the bus is
// lost, which Quit also causes. It returns nil if Retry was called while there was no panel
// and the session bus is no longer the one at address. It does no work between changes.
func (t *Tray) watch(address string, signals *subscription, it *item) error {
	var dropped, checked bool
	var last time.Time // when the icon was dropped
	wait := minWait
	for {
		names, err := panel(t.quit, signals.bus)
		if signals.follow(t.quit, names, err) {
			continue
		}
		again := t.again
		var check <-chan time.Time
		if err == nil {
			it.setMarkup(takesMarkup(t.quit, signals.bus))
			again = nil
			if !checked {
				check = time.After(wait)
			}
			if dropped {
				err = errDropped
			}
		}
		t.report(err)
		select {
		case s, ok := <-signals.changes:
			if !ok {
				return errBusLost
			}
			checked = false
			if it.droppedBy(s) {
				dropped = true
				wait = nextWait(wait, time.Since(last))
				last = time.Now()
			}
		case <-check:
			checked = it.ensureRegistered(t.quit, signals.bus)
			dropped = !checked
			if dropped {
				wait = nextWait(wait, 0)
			}
		case <-again:
			// On the same bus, a new start would leak goroutines of the library.
			if os.Getenv(busVariable) != address {
				return nil
			}
		}
	}
}

// nextWait returns how long to wait before the icon is registered again. wait was the
// previous wait, and since is the time since the panel dropped the icon before.
func nextWait(wait, since time.Duration) time.Duration {
	if since > 2*maxWait {
		return minWait
	}
	return min(2*wait, maxWait)
}
