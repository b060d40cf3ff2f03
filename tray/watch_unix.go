//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"errors"
	"os"
	"time"
)

var errDropped = errors.New("the panel has dropped the icon, which will be registered again")

// The icon is registered with a panel that does not list it after minWait, by
// when the library should have done so. If the panel goes on dropping the icon,
// the wait doubles each time, up to maxWait.
const (
	minWait = 500 * time.Millisecond
	maxWait = time.Minute
)

// watch reports whether the icon has a place in a panel, now and after each
// change, until Quit or until the bus is lost. It returns nil if Retry was called
// while there was no panel and the session bus no longer is the one at address.
// It sleeps in between.
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
			// A new start on the same bus would leave goroutines of the library.
			if os.Getenv(busVariable) != address {
				return nil
			}
		}
	}
}

// nextWait returns how long to wait before the icon is registered again. The
// wait before was wait, and the panel had dropped it since ago.
func nextWait(wait, since time.Duration) time.Duration {
	if since > 2*maxWait {
		return minWait
	}
	return min(2*wait, maxWait)
}
