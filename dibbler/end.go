package dibbler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CutError reports what was not finished in time when an environment ended.
type CutError struct {
	// Unfinished names requests by method and path, other connections by their
	// addresses, and tasks by their names.
	Unfinished []string
}

func (e *CutError) Error() string {
	return fmt.Sprintf("dibbler: cut before it was finished: %s", strings.Join(e.Unfinished, ", "))
}

// end is the one way in which an environment ends.
func (c *Context) end() error {
	c.Stop()
	c.mu.Lock()
	c.state = ending
	services := slices.Clone(c.services)
	c.mu.Unlock()
	bound, cancel := context.WithTimeout(context.Background(), cmp.Or(c.DrainTimeout, defaultDrainTimeout))
	defer cancel()
	go func() {
		select {
		case <-c.cutNow:
			cancel()
		case <-bound.Done():
		}
	}()
	closing := closeListeners(services)
	for range services {
		select {
		case err := <-closing:
			if err != nil {
				c.logger().Warn("dibbler: listener not closed", "err", err)
			}
		case <-bound.Done():
		}
	}
	close(c.stopping)
	for _, r := range services {
		r.drain()
	}
	if !c.allEnd(bound.Done()) {
		c.cut()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.errs...)
}

// allEnd waits until all services have ended, and reports whether they have
// before bound is ready.
func (c *Context) allEnd(bound <-chan struct{}) bool {
	for c.left() > 0 {
		select {
		case <-c.ended:
		case <-bound:
			return false
		}
	}
	return true
}

// cut ends by force what is left, and notes what that was: requests, connections and work
// that had not finished, and other tasks that do not return even now.
func (c *Context) cut() {
	unfinished := c.unfinished(func(r *running) bool { return !r.isEndless() })
	c.mu.Lock()
	services := slices.Clone(c.services)
	c.mu.Unlock()
	for _, r := range services {
		r.cut()
	}
	bound, cancel := context.WithTimeout(context.Background(), cutTimeout)
	defer cancel()
	c.allEnd(bound.Done())
	unfinished = append(unfinished, c.unfinished((*running).isEndless)...)
	if len(unfinished) == 0 {
		return
	}
	slices.Sort(unfinished)
	c.mu.Lock()
	c.errs = append(c.errs, &CutError{unfinished})
	c.mu.Unlock()
}

// Unfinished lists what is in flight now, in the words of [CutError]. Tasks that do not
// finish by themselves are listed only while the environment ends.
func (c *Context) Unfinished() []string {
	c.mu.Lock()
	endless := c.state == ending
	c.mu.Unlock()
	return c.unfinished(func(r *running) bool { return endless || !r.isEndless() })
}

// unfinished lists what is in flight in services that are wanted.
func (c *Context) unfinished(wanted func(*running) bool) (list []string) {
	c.mu.Lock()
	services := slices.Clone(c.services)
	c.mu.Unlock()
	for _, r := range services {
		if wanted(r) {
			list = append(list, r.doing()...)
		}
	}
	slices.Sort(list)
	return list
}

// Stop asks the environment to end and does not wait for that, so a methlet can
// call it. It may be called any number of times, at any time, by anybody.
func (c *Context) Stop() {
	c.setUp()
	c.stopOnce.Do(func() { close(c.stop) })
}

// Stopping returns a channel that is closed when the environment begins to end,
// as the function [Stopping] does for what the environment runs.
func (c *Context) Stopping() <-chan struct{} {
	c.setUp()
	return c.stopping
}

// Close ends the environment without letting what is in flight finish, also if
// it is ending already. Like Stop it does not wait: Run returns when it is done.
// An environment that was never run gives its addresses back.
func (c *Context) Close() {
	c.Stop()
	c.cutOnce.Do(func() { close(c.cutNow) })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != gathering {
		return
	}
	c.state = ending
	close(c.stopping)
	for _, r := range c.services {
		r.cut()
	}
	c.services = nil
}
